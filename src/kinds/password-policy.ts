import { z } from 'zod';
import type { SetValue } from '../engine/kind.ts';
import type { Policy, PolicyRuleActions } from '../wire/policy.ts';
import {
  COMPARED_FIELDS,
  type GroupPolicySpec,
  groupPolicyFields,
  groupPolicyKind,
  refineGroupPolicy,
} from './group-policy.ts';
import {
  COMPARED_RULE_FIELDS,
  type GroupPolicyRuleSpec,
  groupPolicyRuleFields,
  groupPolicyRuleKind,
} from './group-policy-rule.ts';
import { ensureField, type Section, setField } from './section.ts';
import { listed, mergedWords } from './sets.ts';
import { ACCESS, RECOVERY_METHOD, STEP_UP } from './vocabulary.ts';

type AccessWord = (typeof ACCESS.words)[number];

interface PasswordPolicySpec extends GroupPolicySpec {
  complexity?: Partial<Record<keyof typeof COMPLEXITY, unknown>> | undefined;
  age?: Partial<Record<keyof typeof AGE, unknown>> | undefined;
  lockout?: Partial<Record<keyof typeof LOCKOUT, unknown>> | undefined;
}

interface PasswordRuleSpec extends GroupPolicyRuleSpec {
  changePassword?: AccessWord | undefined;
  resetPassword?: AccessWord | undefined;
  unlockAccount?: AccessWord | undefined;
  recoverWith?: SetValue | undefined;
  additionalVerification?: (typeof STEP_UP.words)[number] | null | undefined;
}

/** Members of `settings.password` by the config's words; the attributes of a user that a password must not hold are a list. */
const COMPLEXITY = {
  minLength: 'minLength',
  minLowercase: 'minLowerCase',
  minUppercase: 'minUpperCase',
  minNumbers: 'minNumber',
  minSymbols: 'minSymbol',
  excludeUsername: 'excludeUsername',
  excludeCommonPasswords: 'dictionary.common.exclude',
  excludeFirstName: 'excludeAttributes.firstName',
  excludeLastName: 'excludeAttributes.lastName',
} as const;
const AGE = {
  maxAgeDays: 'maxAgeDays',
  warnDaysBefore: 'expireWarnDays',
  minAgeMinutes: 'minAgeMinutes',
  historyCount: 'historyCount',
} as const;
const LOCKOUT = {
  maxAttempts: 'maxAttempts',
  autoUnlockMinutes: 'autoUnlockMinutes',
  showLockoutFailures: 'showLockoutFailures',
} as const;

const count = (max: number, description: string) => z.int().min(0).max(max).optional().meta({ description });

const ruleSchema = z
  .strictObject({
    ...groupPolicyRuleFields,
    changePassword: z.enum(ACCESS.words).optional().meta({ description: 'Whether users may change it themselves.' }),
    resetPassword: z.enum(ACCESS.words).optional().meta({ description: 'Whether users may reset a forgotten one.' }),
    unlockAccount: z.enum(ACCESS.words).optional().meta({ description: 'Whether users may unlock themselves.' }),
    recoverWith: setField(z.enum(RECOVERY_METHOD.words), 'How users who forgot it prove who they are.').optional(),
    additionalVerification: z
      .enum(STEP_UP.words)
      .optional()
      .meta({ description: 'What they are asked for besides. Needs recoverWith beside it.' }),
    ensure: ensureField,
  })
  .superRefine((rule, issues) => {
    if (rule.additionalVerification === undefined || rule.recoverWith !== undefined) return;
    const message = 'additionalVerification needs recoverWith beside it';
    issues.addIssue({ code: 'custom', message, path: ['additionalVerification'] });
  })
  .meta({ description: 'A rule of a password policy: what users may do for themselves.' });

const schema = z
  .strictObject({
    ...groupPolicyFields,
    complexity: z
      .strictObject({
        minLength: count(72, 'The fewest characters.'),
        minLowercase: count(1, '1: one lower case letter at least.'),
        minUppercase: count(1, '1: one upper case letter at least.'),
        minNumbers: count(1, '1: one digit at least.'),
        minSymbols: count(1, '1: one symbol at least.'),
        excludeUsername: z.boolean().optional().meta({ description: 'Whether parts of the username are refused.' }),
        excludeCommonPasswords: z
          .boolean()
          .optional()
          .meta({ description: 'Whether passwords of a list of common ones are refused.' }),
        excludeFirstName: z.boolean().optional().meta({ description: 'Whether the first name is refused in it.' }),
        excludeLastName: z.boolean().optional().meta({ description: 'Whether the last name is refused in it.' }),
      })
      .optional()
      .meta({ description: 'What a password is made of.' }),
    age: z
      .strictObject({
        maxAgeDays: count(999, 'How long it is good for, days; 0: for ever.'),
        warnDaysBefore: count(999, 'How many days before that users are told; 0: not.'),
        minAgeMinutes: count(9999, 'How long it cannot be changed again, minutes.'),
        historyCount: count(30, 'How many former ones cannot be taken again.'),
      })
      .optional()
      .meta({ description: 'How long a password lives.' }),
    lockout: z
      .strictObject({
        maxAttempts: count(100, 'Wrong passwords until the account is locked; 0: never.'),
        autoUnlockMinutes: count(9999, 'When it unlocks by itself, minutes; 0: never.'),
        showLockoutFailures: z
          .boolean()
          .optional()
          .meta({ description: 'Whether users are told that they are locked out.' }),
      })
      .optional()
      .meta({ description: 'What wrong passwords lead to.' }),
    rules: z.array(ruleSchema).optional().meta({ description: 'Rules in order of priority.' }),
    ensure: ensureField,
  })
  .superRefine(refineGroupPolicy)
  .meta({ description: 'A password policy (Security > Authenticators > Password).' });

export const passwordPolicySection: Section<z.infer<typeof schema>[]> = {
  key: 'passwordPolicies',
  schema: z.array(schema).meta({ description: 'Password policies in order of priority.' }),
  layout: {
    kind: 'passwordPolicy',
    naming: 'name',
    nested: [{ field: 'rules', layout: { kind: 'passwordPolicyRule', naming: 'name' } }],
  },
};

type Members = Record<string, unknown>;

/** PASSWORD policies; what they say of recovery factors and delegation stays as it is. */
export const passwordPolicy = groupPolicyKind<PasswordPolicySpec>({
  kind: 'passwordPolicy',
  title: 'password policy',
  type: 'PASSWORD',
  fields: { ...COMPARED_FIELDS, complexity: 'value', age: 'value', lockout: 'value' },
  wireNames: {
    ...membersByWire('complexity', COMPLEXITY),
    ...membersByWire('age', AGE),
    ...membersByWire('lockout', LOCKOUT),
  },
  project: (live) => {
    const { complexity, age, lockout } = passwordOf(live);
    return { complexity: inWords(COMPLEXITY, complexity), age: inWords(AGE, age), lockout: inWords(LOCKOUT, lockout) };
  },
  remarks: (live) => {
    const { password, ...others } = (live.settings ?? {}) as { password?: Members };
    const { complexity, age, lockout, ...more } = password ?? {};
    const unsaid = Object.entries({ ...others, ...more, ...notifications(lockout) })
      .filter(([name, value]) => !(USUAL[name] ?? []).includes(JSON.stringify(value)))
      .map(([name]) => name);
    return unsaid.length === 0 ? [] : [`its settings of ${unsaid.sort().join(', ')} have no words in the config`];
  },
  settings: (spec, live) => {
    const password = passwordOf(live);
    return {
      ...live?.settings,
      password: {
        ...password,
        complexity: laidOver(COMPLEXITY, password.complexity, spec.complexity),
        age: laidOver(AGE, password.age, spec.age),
        lockout: laidOver(LOCKOUT, password.lockout, spec.lockout),
      },
    };
  },
});

/** What refusals call the members of a field. */
function membersByWire(field: string, names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).map(([word, path]) => [path.slice(path.lastIndexOf('.') + 1), `${field}.${word}`]),
  );
}

/** Settings without words as Okta makes them, in JSON (recorded): by the Default Policy, and by policies made since. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  recovery: [
    '{"factors":{"recovery_question":{"status":"INACTIVE","properties":{"complexity":{"minLength":4}}},"okta_email":{"status":"INACTIVE","properties":{"recoveryToken":{"tokenLifetimeMinutes":60}}},"okta_sms":{"status":"INACTIVE"},"okta_call":{"status":"INACTIVE"}}}',
  ],
  delegation: ['{"options":{"skipUnlock":false}}'],
  breachedProtection: [
    '{"expireAfterDays":0,"logoutEnabled":true,"delegatedWorkflowId":null}',
    '{"expireAfterDays":null,"logoutEnabled":false,"delegatedWorkflowId":null}',
  ],
  userLockoutNotificationChannels: ['[]'],
};

function notifications(lockout: unknown): Members {
  const { userLockoutNotificationChannels = [] } = (lockout ?? {}) as Members;
  return { userLockoutNotificationChannels };
}

function passwordOf(live: Policy | undefined): { complexity?: Members; age?: Members; lockout?: Members } {
  return ((live?.settings as { password?: object } | undefined)?.password ?? {}) as { complexity?: Members };
}

function inWords(names: Readonly<Record<string, string>>, live: Members | undefined): Members {
  const members = Object.entries(names).map(([word, path]) => [word, memberAt(live, path.split('.'))]);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function memberAt(live: unknown, [head = '', ...rest]: readonly string[]): unknown {
  if (Array.isArray(live)) return live.includes(head);
  const value = (live as Members | undefined)?.[head];
  if (value === undefined && head === 'excludeAttributes') return false;
  return rest.length === 0 ? value : memberAt(value, rest);
}

/** The live members with the mentioned ones laid over them. */
function laidOver(names: Readonly<Record<string, string>>, live: Members | undefined, wanted: Members = {}): Members {
  return Object.entries(wanted).reduce<Members>(
    (members, [word, value]) =>
      value === undefined ? members : withMember(members, (names[word] ?? word).split('.'), value),
    { ...live },
  );
}

function withMember(members: Members, [head = '', ...rest]: readonly string[], value: unknown): Members {
  if (rest.length === 0) return { ...members, [head]: value };
  if (head === 'excludeAttributes') {
    const [attribute = ''] = rest;
    const others = ((members[head] ?? []) as string[]).filter((one) => one !== attribute);
    return { ...members, [head]: value === true ? [...others, attribute] : others };
  }
  return { ...members, [head]: withMember((members[head] ?? {}) as Members, rest, value) };
}

/** The authenticator behind each word that a rule may name. */
const BEHIND: Readonly<Record<string, string>> = {
  email: 'email',
  sms: 'phone',
  voice: 'phone',
  'okta verify push': 'oktaVerify',
  'google authenticator': 'googleAuthenticator',
  'security question': 'securityQuestion',
};

/** Whether self-service by a rule needs an authenticator, by its name in the config: Okta then keeps it active. */
export function reliesOn(rule: object, authenticator: string): boolean {
  const { recoverWith, additionalVerification } = rule as PasswordRuleSpec;
  return [...listed(recoverWith), additionalVerification ?? ''].some((word) => BEHIND[word] === authenticator);
}

interface Primary {
  methods?: string[];
  methodConstraints?: readonly { method: string; allowedAuthenticators?: readonly { key: string }[] }[];
}

interface Requirement {
  primary?: Primary;
  stepUp?: { required?: boolean; methods?: string[] };
  [more: string]: unknown;
}

interface PasswordActions {
  passwordChange?: { access: string };
  selfServicePasswordReset?: { access: string; requirement?: Requirement };
  selfServiceUnlock?: { access: string };
}

export const passwordPolicyRule = groupPolicyRuleKind<PasswordRuleSpec>({
  kind: 'passwordPolicyRule',
  policyKind: 'passwordPolicy',
  type: 'PASSWORD',
  fields: {
    ...COMPARED_RULE_FIELDS,
    changePassword: 'value',
    resetPassword: 'value',
    unlockAccount: 'value',
    recoverWith: 'set',
    additionalVerification: 'value',
  },
  wireNames: {
    passwordChange: 'changePassword',
    selfServicePasswordReset: 'resetPassword',
    selfServiceUnlock: 'unlockAccount',
    primary: 'recoverWith',
    stepUp: 'additionalVerification',
  },
  clearable: ['additionalVerification'],
  project: (actions) => {
    const { passwordChange, selfServicePasswordReset, selfServiceUnlock } = actions as PasswordActions;
    const { primary, stepUp } = selfServicePasswordReset?.requirement ?? {};
    return {
      changePassword: ACCESS.toWord(passwordChange?.access ?? ''),
      resetPassword: ACCESS.toWord(selfServicePasswordReset?.access ?? ''),
      unlockAccount: ACCESS.toWord(selfServiceUnlock?.access ?? ''),
      recoverWith: (primary?.methods ?? []).map((method) => RECOVERY_METHOD.toWord(method)),
      additionalVerification: stepUp && stepUpWord(stepUp),
    };
  },
  tell: ({ recoverWith, additionalVerification, ...rest }, live) => {
    const { requirement } = (live.actions as PasswordActions).selfServicePasswordReset ?? {};
    const recovery = listed(recoverWith).length > 0 ? { recoverWith, additionalVerification } : {};
    const unsaid = [
      ...(isConstrained(requirement?.primary) ? ['the methods that recovery may use are constrained further'] : []),
      ...(requirement?.accessControl === 'AUTH_POLICY' ? ['recovery goes by the account management policy'] : []),
    ];
    return {
      spec: { ...rest, ...recovery },
      remarks: unsaid.map((text) => `${text}, which has no words in the config`),
    };
  },
  actions: (spec, live): PolicyRuleActions => {
    const before = (live ?? {}) as PasswordActions;
    const access = (word: AccessWord | undefined, there: { access: string } | undefined, fallback: string) => ({
      access: word ? ACCESS.toWire(word) : (there?.access ?? fallback),
    });
    const requirement = requirementOf(spec, before.selfServicePasswordReset?.requirement);
    return {
      ...live,
      passwordChange: access(spec.changePassword, before.passwordChange, 'ALLOW'),
      selfServicePasswordReset: {
        ...access(spec.resetPassword, before.selfServicePasswordReset, 'ALLOW'),
        ...(requirement ? { requirement } : {}),
      },
      selfServiceUnlock: access(spec.unlockAccount, before.selfServiceUnlock, 'DENY'),
    };
  },
});

/** Whether the methods are limited beyond what {@link primaryOf} writes. */
function isConstrained({ methodConstraints = [] }: Primary = {}): boolean {
  return methodConstraints.some((one) => JSON.stringify(one) !== JSON.stringify(GOOGLE_AUTHENTICATOR_CODES));
}

function stepUpWord({ required, methods }: NonNullable<Requirement['stepUp']>): string {
  if (!required) return STEP_UP.toWord('none');
  return STEP_UP.toWord(methods?.join() ?? 'any');
}

/** Rules of orgs from before Identity Engine have no requirement; they get one only when the config asks for it. */
function requirementOf(spec: PasswordRuleSpec, live: Requirement | undefined): Requirement | undefined {
  if (spec.recoverWith === undefined && spec.additionalVerification === undefined) return live;
  const methods = spec.recoverWith
    ? mergedWords(RECOVERY_METHOD, live?.primary?.methods ?? [], spec.recoverWith)
    : live?.primary?.methods;
  const stepUp = spec.additionalVerification === undefined ? live?.stepUp : stepUpOf(spec.additionalVerification);
  const { stepUp: _before, ...rest } = live ?? {};
  // Without methods there is no requirement: that is how an undo takes away one that was not there.
  if (methods === undefined || (methods.length === 0 && !stepUp)) return undefined;
  return { ...rest, primary: primaryOf(live?.primary ?? {}, methods), ...(stepUp ? { stepUp } : {}) };
}

/** Codes of an app must be limited to Google Authenticator (OpenAPI 2026.06.3); other constraints stay as they are. */
function primaryOf({ methodConstraints = [], ...rest }: Primary, methods: string[]): Primary {
  const others = methodConstraints.filter(({ method }) => method !== 'otp');
  const codes = methodConstraints.find(({ method }) => method === 'otp') ?? GOOGLE_AUTHENTICATOR_CODES;
  const constraints = methods.includes('otp') ? [...others, codes] : others;
  return { ...rest, methods, ...(constraints.length > 0 ? { methodConstraints: constraints } : {}) };
}

const GOOGLE_AUTHENTICATOR_CODES = { method: 'otp', allowedAuthenticators: [{ key: 'google_otp' }] };

function stepUpOf(word: PasswordRuleSpec['additionalVerification']): Requirement['stepUp'] {
  if (word === null || word === undefined) return undefined;
  const wire: string = STEP_UP.toWire(word);
  if (wire === 'none') return { required: false };
  return wire === 'any' ? { required: true } : { required: true, methods: wire.split(',') };
}
