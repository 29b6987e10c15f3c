/**
 * Could the users of the flows sign in at all? Asked of the policies that the config itself describes, offline. Whatever the
 * config leaves to the org is taken to be favourable, save that users are in the groups that the config puts them in and in
 * no others. That nothing is found is no promise.
 */

import type { Declared, SetValue } from '../engine/kind.ts';
import { type MUST_AUTHENTICATE_WITH, type PossessionWord, toVerificationMethod } from '../kinds/assurance.ts';
import { EVERYONE } from '../kinds/groups.ts';
import { DEFAULT_POLICY } from '../kinds/policies.ts';
import { SYSTEM_RULE } from '../kinds/policy-rules.ts';
import { listed } from '../kinds/sets.ts';
import { ACCESS, AUTHENTICATOR, ENROLL_WHEN, ENROLLMENT, STATUS, USED_FOR } from '../kinds/vocabulary.ts';
import {
  enrollmentFor,
  type Factor,
  levelOf,
  type OrgAuthenticator,
  outlook,
  type PolicyWithRules,
  type SignInRules,
} from '../policy/index.ts';
import { addressFor } from '../shared/address.ts';
import { EXIT } from '../shared/errors.ts';
import type { Flow } from '../verify/flow.ts';
import type { MethodType } from '../wire/authenticator.ts';
import type { Policy, PolicyConditions, PolicyRule } from '../wire/policy.ts';
import type { Config } from './load.ts';
import { ConfigError, type Problem } from './problems.ts';

/** @throws ConfigError `nobody-could-sign-in` (exit 4) for each flow that expects what the policies rule out */
export function assertSatisfiable(config: Config): void {
  const problems = [
    ...phonesThatCannotBe(config),
    ...config.flows.filter((flow) => flow.expect.signedIn).flatMap((flow) => problemOf(flow, config)),
  ];
  if (problems.length > 0) throw new ConfigError(problems, { code: 'sign-in-impossible', exitCode: EXIT.refused });
}

/** Phones to be enrolled in advance for users whom the config itself allows none: apply would fail half-way. */
function phonesThatCannotBe(config: Config): Problem[] {
  const phone = authenticators(config).find(({ key }) => key === 'phone_number');
  const users = config.declared.filter((object) => object.kind === 'user' && object.ensure === 'present');
  return users.flatMap((user): Problem[] => {
    const spec = user.spec as { login: string; phone?: string; groups?: { add: string[] } };
    if (spec.phone === undefined) return [];
    const say = (reason: string, address: string, path: string) => ({
      message: `the phone of ${spec.login} could not be enrolled: ${reason}`,
      place: config.locate(address, path) ?? config.locate(user.address, 'phone'),
      hint: `allow it there, or leave out the phone of ${spec.login}`,
    });
    if (phone?.status === 'INACTIVE') {
      return [say('the phone authenticator is inactive', addressFor('authenticator', 'phone'), 'status')];
    }
    const person = { id: spec.login, groupIds: [...listed(spec.groups), EVERYONE] };
    const decision = enrollmentFor(enrollmentPolicies(config), person, {});
    if (!decision.policy || levelOf(decision, 'phone_number') !== 'NOT_ALLOWED') return [];
    const { name } = decision.policy;
    return [
      say(
        `enrollment policy "${name}" says phone: disabled`,
        addressFor('enrollmentPolicy', name),
        'authenticators.phone',
      ),
    ];
  });
}

function problemOf(flow: Flow, config: Config): Problem[] {
  const app = find(config, addressFor('app', flow.app));
  const policyName = (app?.spec as { signInPolicy?: string } | undefined)?.signInPolicy;
  // From where a flow is performed is not known offline, and so not which rules with zones are for it.
  if (policyName === undefined || namesZones(config, policyName)) return [];
  const { groups, factors, who } = signer(flow, config);
  const rules: SignInRules = {
    authenticators: authenticators(config),
    enrollmentPolicies: enrollmentPolicies(config),
    globalSessionPolicies: [favourableSessionPolicy()],
    appSignInPolicy: appSignInPolicy(config, policyName),
  };
  const result = outlook(rules, { id: who, groupIds: [...groups, EVERYONE] }, {}, factors);
  if (result.verdict !== 'cannot') return [];
  const rule = result.decisions.appSignIn.rule?.name ?? SYSTEM_RULE.ACCESS_POLICY;
  const address = addressFor('appSignInPolicyRule', policyName, rule);
  const enrollment = result.decisions.enrollment.policy?.name;
  return [
    {
      message: `${who} could not sign in to "${flow.app}" (flow "${flow.name}"): ${result.reason}`,
      place: config.locate(address, 'userMustAuthenticateWith') ?? config.locate(addressFor('flow', flow.name)),
      hint: `the rule "${rule}" of "${policyName}" decides what is demanded, the enrollment policy "${enrollment}" what may be used`,
    },
  ];
}

function namesZones(config: Config, policyName: string): boolean {
  const rules = rulesOf(config, 'appSignInPolicyRule', addressFor('', policyName).slice(1));
  return rules.some((rule) => listed((rule.spec as { networkZones?: SetValue }).networkZones).length > 0);
}

/** Who signs in: groups by name (they stand for ids here) and what is enrolled in advance. */
function signer(flow: Flow, config: Config): { who: string; groups: string[]; factors: Factor[] } {
  const factors: Factor[] = [
    { key: 'okta_password', method: 'password' },
    { key: 'okta_email', method: 'email' },
  ];
  if (typeof flow.user !== 'string') return { who: 'an ephemeral user', groups: flow.user.groups, factors };
  const spec = find(config, addressFor('user', flow.user))?.spec as { groups?: { add: string[] }; phone?: string };
  if (spec.phone !== undefined) {
    factors.push({ key: 'phone_number', method: 'sms' }, { key: 'phone_number', method: 'voice' });
  }
  return { who: flow.user, groups: [...listed(spec.groups)], factors };
}

interface AuthenticatorWords {
  status?: 'active' | 'inactive';
  usedFor?: (typeof USED_FOR.words)[number];
  methods?: Record<string, 'active' | 'inactive'>;
}

function authenticators(config: Config): OrgAuthenticator[] {
  return AUTHENTICATOR.words.map((name) => {
    const spec = find(config, addressFor('authenticator', name))?.spec as AuthenticatorWords | undefined;
    const methods = Object.entries(spec?.methods ?? {}).map(([type, status]) => ({
      type: type as MethodType,
      status: STATUS.toWire(status),
    }));
    return {
      key: AUTHENTICATOR.toWire(name),
      status: STATUS.toWire(spec?.status ?? 'active'),
      settings: { allowedFor: USED_FOR.toWire(spec?.usedFor ?? 'authentication and recovery') },
      ...(methods.length > 0 ? { methods } : {}),
    };
  });
}

function enrollmentPolicies(config: Config): PolicyWithRules[] {
  const declared = config.declared.filter(
    (object) => object.kind === 'enrollmentPolicy' && object.ensure === 'present',
  );
  const policies = declared.map((object, index) => {
    const spec = object.spec as PolicyWords;
    const system = spec.name === DEFAULT_POLICY;
    const rules = rulesOf(config, 'enrollmentPolicyRule', object.key).map((rule, position) => {
      const words = rule.spec as RuleWords;
      const enroll = { self: ENROLL_WHEN.toWire(words.enroll ?? 'first challenge') };
      return { ...ruleOf(words.name, position, null, { enroll }), status: STATUS.toWire(words.status ?? 'active') };
    });
    const priority = system ? declared.length + 1 : index;
    return {
      policy: {
        ...policyOf(spec.name, priority, system, conditionsFor(spec.groups), enrollmentSettings(spec.authenticators)),
        status: STATUS.toWire(spec.status ?? 'active'),
      },
      rules: rules.length > 0 ? rules : [ruleOf('any', 99, null, { enroll: { self: 'CHALLENGE' } })],
    };
  });
  const hasDefault = policies.some(({ policy }) => policy.system);
  return hasDefault ? policies : [...policies, favourableEnrollmentPolicy()];
}

interface PolicyWords {
  name: string;
  groups?: string[];
  authenticators?: Record<string, string>;
  status?: 'active' | 'inactive';
}

/** What a policy does not mention is left to the org, and taken to be allowed. */
function enrollmentSettings(levels: Record<string, string> = {}) {
  const authenticators = AUTHENTICATOR.words.map((name) => ({
    key: AUTHENTICATOR.toWire(name),
    enroll: { self: ENROLLMENT.toWire((levels[name] ?? 'optional') as 'optional') },
  }));
  return { type: 'AUTHENTICATORS', authenticators };
}

interface RuleWords {
  name: string;
  enroll?: (typeof ENROLL_WHEN.words)[number];
  status?: 'active' | 'inactive';
}

interface AppRuleWords {
  name: string;
  groups?: string[];
  excludedGroups?: string[];
  access?: (typeof ACCESS.words)[number];
  userMustAuthenticateWith?: (typeof MUST_AUTHENTICATE_WITH)[number];
  possessionFactorMustBe?: PossessionWord[];
  status?: 'active' | 'inactive';
}

function appSignInPolicy(config: Config, name: string): PolicyWithRules {
  const declared = rulesOf(config, 'appSignInPolicyRule', addressFor('', name).slice(1)).map((object, position) => {
    const words = object.spec as AppRuleWords;
    const isCatchAll = words.name === SYSTEM_RULE.ACCESS_POLICY;
    const demand = words.userMustAuthenticateWith ?? 'any 1 factor';
    return {
      ...ruleOf(words.name, isCatchAll ? 99 : position, conditionsFor(words.groups, words.excludedGroups), {
        appSignOn: {
          access: ACCESS.toWire(words.access ?? 'allowed'),
          verificationMethod: toVerificationMethod(demand, words.possessionFactorMustBe ?? []),
        },
      }),
      status: STATUS.toWire(words.status ?? 'active'),
    };
  });
  const catchAll = ruleOf(SYSTEM_RULE.ACCESS_POLICY, 99, null, {
    appSignOn: { access: 'ALLOW', verificationMethod: toVerificationMethod('any 1 factor', []) },
  });
  const complete = declared.some((rule) => rule.name === SYSTEM_RULE.ACCESS_POLICY);
  return { policy: policyOf(name, 1, false, null, {}), rules: complete ? declared : [...declared, catchAll] };
}

function favourableSessionPolicy(): PolicyWithRules {
  return {
    policy: policyOf(DEFAULT_POLICY, 1, true, null, {}),
    rules: [ruleOf('any', 1, null, { signon: { access: 'ALLOW', requireFactor: false } })],
  };
}

function favourableEnrollmentPolicy(): PolicyWithRules {
  return {
    policy: policyOf(DEFAULT_POLICY, 999, true, null, enrollmentSettings()),
    rules: [ruleOf('any', 1, null, { enroll: { self: 'CHALLENGE' } })],
  };
}

function policyOf(
  name: string,
  priority: number,
  system: boolean,
  conditions: PolicyConditions | null,
  settings: Record<string, unknown>,
): PolicyWithRules['policy'] {
  const type: Policy['type'] = 'MFA_ENROLL';
  return {
    id: name,
    name,
    type,
    priority,
    system,
    conditions,
    settings,
    status: 'ACTIVE',
    created: '',
    lastUpdated: '',
  };
}

function ruleOf(name: string, priority: number, conditions: PolicyConditions | null, actions: PolicyRule['actions']) {
  const type: PolicyRule['type'] = 'ACCESS_POLICY';
  return {
    id: name,
    name,
    type,
    priority,
    conditions,
    actions,
    system: false,
    status: 'ACTIVE',
    created: '',
    lastUpdated: '',
  } as const;
}

function conditionsFor(include?: string[], exclude?: string[]): PolicyConditions | null {
  if (!include && !exclude) return null;
  return { people: { groups: { ...(include ? { include } : {}), ...(exclude ? { exclude } : {}) } } };
}

function rulesOf(config: Config, kind: string, policyKey: string): Declared[] {
  return config.declared.filter(
    (object) => object.kind === kind && object.ensure === 'present' && object.key.startsWith(`${policyKey}/`),
  );
}

function find(config: Config, address: string): Declared | undefined {
  return config.declared.find((object) => object.address === address && object.ensure === 'present');
}
