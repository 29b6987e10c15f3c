/** `actions` of a rule, by its type: what must be there, and what Okta fills in or puts in order. */
import type { PolicyRuleActions, PolicyRuleType } from '../../../wire/policy.ts';
import { invalid } from '../../http/okta-error.ts';
import { defined, type Json, oneOf, record, records, text, texts } from '../input.ts';
import { readAppSignOn } from './assurance.ts';
import { readSignOn } from './sign-on.ts';

const ACCESS = ['ALLOW', 'DENY'] as const;
const ENROLL = ['CHALLENGE', 'LOGIN', 'NEVER', 'NEVER_INCLUDING_RECOVERY'] as const;

/** @param before of a rule that is Okta's own: what of it cannot be changed stays. */
export function readActions(type: PolicyRuleType, value: unknown, before?: PolicyRuleActions): PolicyRuleActions {
  const given = record(value);
  if (!given) throw invalid('actions', 'actions: The field cannot be left blank');
  switch (type) {
    case 'ACCESS_POLICY':
      return { appSignOn: readAppSignOn(given.appSignOn) };
    case 'SIGN_ON':
      return { signon: readSignOn(given.signon, before?.signon) } as unknown as PolicyRuleActions;
    case 'MFA_ENROLL': {
      const self = oneOf(record(given.enroll)?.self, ENROLL);
      if (!self) throw invalid('actions.enroll.self', 'actions.enroll.self: The field cannot be left blank');
      return { enroll: { self } };
    }
    case 'PASSWORD':
      return readPasswordActions(given);
    case 'PROFILE_ENROLLMENT':
      return { profileEnrollment: readProfileEnrollment(given.profileEnrollment, before?.profileEnrollment) };
    case 'IDP_DISCOVERY':
      return { idp: readIdp(given.idp) };
  }
}

/** Methods of self-service in the order Okta gives them back (recorded: otp and email change places between answers). */
const METHOD_ORDER = ['push', 'sms', 'voice', 'email', 'otp', 'security_question'];

function readPasswordActions(given: Json): PolicyRuleActions {
  const reset = record(given.selfServicePasswordReset);
  const requirement = record(reset?.requirement);
  return {
    passwordChange: { access: accessOf(given.passwordChange, 'ALLOW') },
    selfServicePasswordReset: defined<Json>({
      access: accessOf(reset, 'ALLOW'),
      requirement: requirement && readRequirement(requirement),
    }),
    selfServiceUnlock: { access: accessOf(given.selfServiceUnlock, 'DENY') },
  };
}

function readRequirement(given: Json): Json {
  const primary = record(given.primary) ?? {};
  const stepUp = record(given.stepUp);
  return defined<Json>({
    primary: defined<Json>({
      methods: inOrder(texts(primary.methods) ?? []),
      methodConstraints: records(primary.methodConstraints),
    }),
    stepUp: stepUp && defined<Json>({ required: stepUp.required, methods: texts(stepUp.methods) }),
    accessControl: oneOf(given.accessControl, ['LEGACY', 'AUTH_POLICY'] as const) ?? 'LEGACY',
  });
}

function inOrder(methods: string[]): string[] {
  return [...methods].sort((a, b) => METHOD_ORDER.indexOf(a) - METHOD_ORDER.indexOf(b));
}

function accessOf(value: unknown, fallback: 'ALLOW' | 'DENY'): 'ALLOW' | 'DENY' {
  return oneOf(record(value)?.access, ACCESS) ?? fallback;
}

/** A PUT keeps what it does not name: `uiSchemaId` and the like are Okta's own. */
function readProfileEnrollment(value: unknown, before: unknown): Json {
  const given = record(value);
  if (!given) throw invalid('actions.profileEnrollment', 'actions.profileEnrollment: The field cannot be left blank');
  const attributes = records(given.profileAttributes);
  return {
    ...record(before),
    ...given,
    access: oneOf(given.access, ACCESS) ?? 'ALLOW',
    unknownUserAction: oneOf(given.unknownUserAction, ['DENY', 'REGISTER'] as const) ?? 'DENY',
    ...(attributes ? { profileAttributes: attributes } : {}),
  };
}

function readIdp(value: unknown): Json {
  const idp = record(value);
  if (!idp) throw invalid('actions.idp', 'actions.idp: The field cannot be left blank');
  const providers = (records(idp.providers) ?? []).map((provider) =>
    defined<Json>({ type: text(provider.type) ?? 'OKTA', id: text(provider.id), name: text(provider.name) }),
  );
  return defined<Json>({
    providers,
    idpSelectionType: oneOf(idp.idpSelectionType, ['SPECIFIC', 'DYNAMIC'] as const) ?? 'SPECIFIC',
    matchCriteria: records(idp.matchCriteria),
  });
}
