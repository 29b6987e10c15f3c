import { z } from 'zod';
import type { SignOnAction } from '../wire/policy.ts';
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
import { ensureField, type Section } from './section.ts';
import { ACCESS, PRIMARY_FACTOR, PROMPT_FOR_MFA } from './vocabulary.ts';

interface GlobalSessionRuleSpec extends GroupPolicyRuleSpec {
  access?: (typeof ACCESS.words)[number] | undefined;
  establishSessionWith?: (typeof PRIMARY_FACTOR.words)[number] | undefined;
  mfaRequired?: boolean | undefined;
  promptForMfa?: (typeof PROMPT_FOR_MFA.words)[number] | null | undefined;
  mfaLifetimeMinutes?: number | null | undefined;
  maxSessionMinutes?: number | undefined;
  maxIdleMinutes?: number | undefined;
  persistentCookie?: boolean | undefined;
}

const minutes = (description: string) => z.int().min(0).max(525_600).optional().meta({ description });

const ruleSchema = z
  .strictObject({
    ...groupPolicyRuleFields,
    access: z
      .enum(ACCESS.words)
      .optional()
      .meta({ description: 'Whether those whom the rule is for get a session at all.' }),
    establishSessionWith: z
      .enum(PRIMARY_FACTOR.words)
      .optional()
      .meta({ description: '`password`: one starts every session; `any factor`: one that the app’s policy accepts.' }),
    mfaRequired: z
      .boolean()
      .optional()
      .meta({ description: 'Whether a session asks for a second factor, whatever the app says.' }),
    promptForMfa: z
      .enum(PROMPT_FOR_MFA.words)
      .optional()
      .meta({ description: 'When the second factor is asked for. Needs `mfaRequired: true` beside it.' }),
    mfaLifetimeMinutes: minutes('For `after lifetime`: how long a second factor is good for on a device, minutes.'),
    maxSessionMinutes: minutes('The longest session, minutes; 0: no limit.'),
    maxIdleMinutes: minutes('A session ends when it is not used for so long, minutes.'),
    persistentCookie: z.boolean().optional().meta({ description: 'Whether a session outlives its browser window.' }),
    ensure: ensureField,
  })
  .superRefine((rule, issues) => {
    for (const field of ['promptForMfa', 'mfaLifetimeMinutes'] as const) {
      if (rule[field] !== undefined && rule.mfaRequired !== true) {
        issues.addIssue({ code: 'custom', message: `${field} needs mfaRequired: true beside it`, path: [field] });
      }
    }
    if ((rule.promptForMfa === 'after lifetime') !== (rule.mfaLifetimeMinutes !== undefined)) {
      const message = 'promptForMfa: after lifetime and mfaLifetimeMinutes go together';
      issues.addIssue({ code: 'custom', message, path: ['name'] });
    }
  })
  .meta({ description: 'A rule of a global session policy.' });

const schema = z
  .strictObject({
    ...groupPolicyFields,
    rules: z.array(ruleSchema).optional().meta({ description: 'Rules in order of priority.' }),
    ensure: ensureField,
  })
  .superRefine(refineGroupPolicy)
  .meta({ description: 'A global session policy (Security > Global Session Policy).' });

export const globalSessionPolicySection: Section<z.infer<typeof schema>[]> = {
  key: 'globalSessionPolicies',
  schema: z.array(schema).meta({ description: 'Global session policies in order of priority.' }),
  layout: {
    kind: 'globalSessionPolicy',
    naming: 'name',
    nested: [{ field: 'rules', layout: { kind: 'globalSessionPolicyRule', naming: 'name' } }],
  },
};

/** OKTA_SIGN_ON policies: they have no settings, only rules. */
export const globalSessionPolicy = groupPolicyKind<GroupPolicySpec>({
  kind: 'globalSessionPolicy',
  title: 'global session policy',
  type: 'OKTA_SIGN_ON',
  fields: { ...COMPARED_FIELDS },
  project: () => ({}),
  settings: () => undefined,
});

export const globalSessionPolicyRule = groupPolicyRuleKind<GlobalSessionRuleSpec>({
  kind: 'globalSessionPolicyRule',
  policyKind: 'globalSessionPolicy',
  type: 'OKTA_SIGN_ON',
  fields: {
    ...COMPARED_RULE_FIELDS,
    access: 'value',
    establishSessionWith: 'value',
    mfaRequired: 'value',
    promptForMfa: 'value',
    mfaLifetimeMinutes: 'value',
    maxSessionMinutes: 'value',
    maxIdleMinutes: 'value',
    persistentCookie: 'value',
  },
  wireNames: {
    primaryFactor: 'establishSessionWith',
    requireFactor: 'mfaRequired',
    factorPromptMode: 'promptForMfa',
    factorLifetime: 'mfaLifetimeMinutes',
    maxSessionLifetimeMinutes: 'maxSessionMinutes',
    maxSessionIdleMinutes: 'maxIdleMinutes',
    usePersistentCookie: 'persistentCookie',
  },
  clearable: ['promptForMfa', 'mfaLifetimeMinutes'],
  tied: ['mfaRequired', 'promptForMfa', 'mfaLifetimeMinutes'],
  project: ({ signon }) => ({
    access: ACCESS.toWord(signon?.access ?? ''),
    establishSessionWith: PRIMARY_FACTOR.toWord(signon?.primaryFactor ?? 'PASSWORD_IDP'),
    mfaRequired: signon?.requireFactor ?? false,
    promptForMfa: signon?.factorPromptMode && PROMPT_FOR_MFA.toWord(signon.factorPromptMode),
    mfaLifetimeMinutes: signon?.factorLifetime,
    maxSessionMinutes: signon?.session?.maxSessionLifetimeMinutes,
    maxIdleMinutes: signon?.session?.maxSessionIdleMinutes,
    persistentCookie: signon?.session?.usePersistentCookie,
  }),
  tell: (spec, live) => {
    const { promptForMfa, mfaLifetimeMinutes, persistentCookie, ...rest } = spec;
    const prompt = spec.mfaRequired ? { promptForMfa } : {};
    const lifetime = spec.mfaRequired && promptForMfa === 'after lifetime' ? { mfaLifetimeMinutes } : {};
    return {
      // Whether the cookie of the Default Rule is persistent is not for an admin to say (OpenAPI 2026.06.3).
      spec: { ...rest, ...prompt, ...lifetime, ...(live.system ? {} : { persistentCookie }) },
      remarks: live.actions.signon?.rememberDeviceByDefault
        ? ['it remembers devices unless users say otherwise, which has no word in the config']
        : [],
    };
  },
  actions: (spec, live) => ({ ...live, signon: signOn(spec, live?.signon) }),
});

function signOn(spec: GlobalSessionRuleSpec, live: SignOnAction | undefined): SignOnAction {
  const requireFactor = spec.mfaRequired ?? live?.requireFactor ?? false;
  const mode = spec.promptForMfa === undefined ? live?.factorPromptMode : word(spec.promptForMfa);
  const lifetime = spec.mfaLifetimeMinutes === undefined ? live?.factorLifetime : spec.mfaLifetimeMinutes;
  const { factorPromptMode: _mode, factorLifetime: _lifetime, ...rest } = live ?? {};
  return {
    rememberDeviceByDefault: false,
    ...rest,
    access: spec.access ? ACCESS.toWire(spec.access) : (live?.access ?? 'ALLOW'),
    requireFactor,
    primaryFactor: spec.establishSessionWith
      ? PRIMARY_FACTOR.toWire(spec.establishSessionWith)
      : (live?.primaryFactor ?? 'PASSWORD_IDP_ANY_FACTOR'),
    // Okta knows when to ask only of rules that ask (recorded).
    ...(requireFactor ? { factorPromptMode: mode ?? 'ALWAYS' } : {}),
    ...(requireFactor && mode === 'SESSION' && lifetime ? { factorLifetime: lifetime } : {}),
    session: {
      usePersistentCookie: spec.persistentCookie ?? live?.session?.usePersistentCookie ?? false,
      maxSessionIdleMinutes: spec.maxIdleMinutes ?? live?.session?.maxSessionIdleMinutes ?? 120,
      maxSessionLifetimeMinutes: spec.maxSessionMinutes ?? live?.session?.maxSessionLifetimeMinutes ?? 120,
    },
  };
}

function word(mode: GlobalSessionRuleSpec['promptForMfa']) {
  return mode ? PROMPT_FOR_MFA.toWire(mode) : undefined;
}
