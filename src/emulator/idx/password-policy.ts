/** The password policy of a user as the pipeline needs it: lockout and age, and what self-service it allows. */
import { type Selection, selectPolicy } from '../../policy/index.ts';
import type { AuthenticatorKey, MethodType } from '../../wire/authenticator.ts';
import type { Org } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';
import { policiesOf } from './policies.ts';

/** `settings.password` of a PASSWORD policy (OpenAPI 2026.06.3); only what is read here. */
export interface PasswordSettings {
  complexity?: Record<string, unknown>;
  age?: { maxAgeDays?: number; expireWarnDays?: number; minAgeMinutes?: number; historyCount?: number };
  lockout?: { maxAttempts?: number; autoUnlockMinutes?: number };
}

/** What a user may do without an admin, and how they prove who they are for it. */
export interface SelfService {
  passwordReset: boolean;
  unlock: boolean;
  /** One of these is verified first. */
  primary: Method[];
  /** Another factor is verified after it: `any` one, or the security question. */
  stepUp: 'none' | 'any' | 'security_question';
}

export interface Method {
  key: AuthenticatorKey;
  method: MethodType;
}

interface ResetAction {
  access?: string;
  requirement?: { primary?: { methods?: string[] }; stepUp?: { required?: boolean; methods?: string[] } };
}

/** Methods as password rules name them. */
const METHODS: Readonly<Record<string, readonly Method[]>> = {
  email: [{ key: 'okta_email', method: 'email' }],
  sms: [{ key: 'phone_number', method: 'sms' }],
  voice: [{ key: 'phone_number', method: 'voice' }],
  otp: [
    { key: 'google_otp', method: 'otp' },
    { key: 'okta_verify', method: 'totp' },
  ],
  push: [{ key: 'okta_verify', method: 'push' }],
};

/** `settings.recovery.factors` of policies from before rules had requirements. */
const RECOVERY_FACTORS: Readonly<Record<string, string>> = { okta_email: 'email', okta_sms: 'sms', okta_call: 'voice' };

export function passwordSettings(org: Org, user: UserEntity): PasswordSettings {
  return (policyFor(org, user)?.policy.settings?.password ?? {}) as PasswordSettings;
}

export function selfService(org: Org, user: UserEntity): SelfService {
  const match = policyFor(org, user);
  return match ? allowedBy(match) : { passwordReset: false, unlock: false, primary: [], stepUp: 'none' };
}

/**
 * How locked accounts may be unlocked, before anyone is known: by the methods of every rule that allows it. None: the first
 * screen does not offer it (named assumption `unlock-offered`).
 */
export function unlockMethods(org: Org): Method[] {
  return policiesOf(org, 'PASSWORD')
    .filter(({ policy }) => policy.status === 'ACTIVE')
    .flatMap(({ policy, rules }) => rules.filter((rule) => rule.status === 'ACTIVE').map((rule) => ({ policy, rule })))
    .map(allowedBy)
    .flatMap((service) => (service.unlock ? service.primary : []));
}

function allowedBy({ policy, rule }: Selection): SelfService {
  const reset = (rule.actions.selfServicePasswordReset ?? {}) as ResetAction;
  const unlock = (rule.actions.selfServiceUnlock ?? {}) as { access?: string };
  const { primary, stepUp } = reset.requirement ?? {};
  const names = primary?.methods ?? recoveryFactors(policy.settings);
  const question = stepUp?.methods?.includes('security_question') ? 'security_question' : 'any';
  return {
    passwordReset: reset.access === 'ALLOW',
    unlock: unlock.access === 'ALLOW',
    primary: names.flatMap((name) => METHODS[name] ?? []),
    stepUp: stepUp?.required === true ? question : 'none',
  };
}

/** A rule without requirements (named assumption `recovery-without-requirement`). */
function recoveryFactors(settings: Record<string, unknown> | undefined): string[] {
  const { factors = {} } = (settings?.recovery ?? {}) as { factors?: Record<string, { status?: string }> };
  const active = Object.keys(RECOVERY_FACTORS).filter((name) => factors[name]?.status === 'ACTIVE');
  const names = active.length > 0 ? active : Object.keys(RECOVERY_FACTORS);
  return names.flatMap((name) => RECOVERY_FACTORS[name] ?? []);
}

function policyFor(org: Org, user: UserEntity): Selection | undefined {
  const person = { id: user.id, groupIds: [...org.store.memberships.leftsOf(user.id)], userTypeId: user.type.id };
  return selectPolicy(policiesOf(org, 'PASSWORD'), person, {}).match;
}
