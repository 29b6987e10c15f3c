/** The kinds, in one list. Adding a kind is adding its file and a line in each list here. */
import type { AnyKind } from '../engine/kind.ts';
import { app, appSection } from './app.ts';
import { appSignInPolicy, appSignInPolicySection } from './app-sign-in-policy.ts';
import { appSignInPolicyRule } from './app-sign-in-policy-rule.ts';
import { authenticator, authenticatorSection } from './authenticator.ts';
import { authorizationServer, authorizationServerSection } from './authorization-server.ts';
import { accessTokenClaim, idTokenClaim } from './authorization-server-claim.ts';
import { authorizationServerPolicy } from './authorization-server-policy.ts';
import { authorizationServerPolicyRule } from './authorization-server-policy-rule.ts';
import { authorizationServerScope } from './authorization-server-scope.ts';
import type { OrgContext } from './context.ts';
import { enrollmentPolicy, enrollmentPolicySection } from './enrollment-policy.ts';
import { enrollmentPolicyRule } from './enrollment-policy-rule.ts';
import { globalSessionPolicy, globalSessionPolicyRule, globalSessionPolicySection } from './global-session-policy.ts';
import { group, groupSection } from './group.ts';
import { groupRule, groupRuleSection } from './group-rule.ts';
import { inlineHook, inlineHookSection } from './inline-hook.ts';
import { networkZone, networkZoneSection } from './network-zone.ts';
import { passwordPolicy, passwordPolicyRule, passwordPolicySection } from './password-policy.ts';
import { profileEnrollmentPolicy, profileEnrollmentPolicySection } from './profile-enrollment-policy.ts';
import { smsTemplate, smsTemplateSection } from './sms-template.ts';
import { trustedOrigin, trustedOriginSection } from './trusted-origin.ts';
import { user, userSection } from './user.ts';

export type { OrgContext } from './context.ts';

/** Top-level keys of the config, in the order in which plans show them. */
export const SECTIONS = [
  inlineHookSection,
  authenticatorSection,
  groupSection,
  groupRuleSection,
  networkZoneSection,
  passwordPolicySection,
  enrollmentPolicySection,
  globalSessionPolicySection,
  profileEnrollmentPolicySection,
  appSignInPolicySection,
  appSection,
  authorizationServerSection,
  trustedOriginSection,
  smsTemplateSection,
  userSection,
] as const;

export const KINDS: readonly AnyKind<OrgContext>[] = [
  inlineHook,
  authenticator,
  group,
  groupRule,
  networkZone,
  passwordPolicy,
  passwordPolicyRule,
  enrollmentPolicy,
  enrollmentPolicyRule,
  globalSessionPolicy,
  globalSessionPolicyRule,
  profileEnrollmentPolicy,
  appSignInPolicy,
  appSignInPolicyRule,
  app,
  authorizationServer,
  authorizationServerScope,
  accessTokenClaim,
  idTokenClaim,
  authorizationServerPolicy,
  authorizationServerPolicyRule,
  trustedOrigin,
  smsTemplate,
  user,
];
