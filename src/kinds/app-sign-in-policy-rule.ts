import { z } from 'zod';
import type { Found, Kind, Listed, SetValue } from '../engine/kind.ts';
import { namesOf } from '../shared/address.ts';
import type { PolicyConditions, PolicyRule, VerificationMethod } from '../wire/policy.ts';
import {
  assuranceRemarks,
  type CustomDemand,
  fromVerificationMethod,
  MUST_AUTHENTICATE_WITH,
  type MustAuthenticateWith,
  mergeVerificationMethod,
  POSSESSION_WORDS,
  type PossessionWord,
  toVerificationMethod,
} from './assurance.ts';
import { type OrgContext, setStatus } from './context.ts';
import { groupNames, groupReferences, mergedGroupIds } from './groups.ts';
import { conditionRemarks, known, pruned, sorted, unsaidConditions } from './listing.ts';
import {
  afterEarlierRules,
  listRules,
  type RuleKindOptions,
  readRules,
  ruleOrder,
  rulePath,
  SYSTEM_RULE,
  writable,
} from './policy-rules.ts';
import { ruleGoesAndReturns } from './recreate.ts';
import { ensureField, nameField, statusField } from './section.ts';
import { listed, merged } from './sets.ts';
import { ACCESS, STATUS } from './vocabulary.ts';
import { networkCondition, networkZonesField, saidByZones, zoneNames, zoneReferences } from './zones.ts';

interface AppSignInRuleSpec {
  name: string;
  groups?: SetValue | undefined;
  excludedGroups?: SetValue | undefined;
  networkZones?: SetValue | undefined;
  access?: (typeof ACCESS.words)[number] | undefined;
  userMustAuthenticateWith?: MustAuthenticateWith | CustomDemand | undefined;
  possessionFactorMustBe?: SetValue | undefined;
  reauthenticateAfter?: string | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

/** Demands for which the Admin Console offers no possession constraints. */
const WITHOUT_POSSESSION = ['password', 'any 1 factor'];

export const appSignInRuleSchema = z
  .strictObject({
    name: nameField(
      'Name of the rule. `Catch-all Rule` is the system one: it has no conditions and is always last.',
      50,
    ),
    groups: z.array(z.string()).optional().meta({ description: 'The rule is for members of these groups only.' }),
    excludedGroups: z.array(z.string()).optional().meta({ description: 'The rule is not for members of these.' }),
    networkZones: networkZonesField,
    access: z.enum(ACCESS.words).optional().meta({ description: 'Whether those whom the rule is for get in at all.' }),
    userMustAuthenticateWith: z
      .enum(MUST_AUTHENTICATE_WITH)
      .optional()
      .meta({ description: 'The factors that the rule demands, in the words of the Admin Console.' }),
    possessionFactorMustBe: z.array(z.enum(POSSESSION_WORDS)).optional().meta({
      description: 'Constraints of the possession factor. Phone and email meet none of them but user presence.',
    }),
    reauthenticateAfter: z
      .string()
      .regex(/^P(?!$)(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+S)?)?$/, 'must be an ISO 8601 duration such as PT12H')
      .optional()
      .meta({ description: 'ISO 8601 duration; PT0S asks at every sign-in.', examples: ['PT12H'] }),
    status: statusField,
    ensure: ensureField,
  })
  .superRefine((rule, issues) => {
    if (rule.name !== SYSTEM_RULE.ACCESS_POLICY) return;
    for (const field of ['groups', 'excludedGroups', 'networkZones', 'status', 'ensure'] as const) {
      if (rule[field] !== undefined) {
        issues.addIssue({ code: 'custom', message: `the Catch-all Rule takes no ${field}`, path: [field] });
      }
    }
  })
  .superRefine((rule, issues) => {
    if (rule.possessionFactorMustBe && rule.userMustAuthenticateWith === undefined) {
      issues.addIssue({
        code: 'custom',
        message: 'possessionFactorMustBe needs userMustAuthenticateWith beside it',
        path: ['possessionFactorMustBe'],
      });
    }
    if (rule.possessionFactorMustBe?.length && WITHOUT_POSSESSION.includes(rule.userMustAuthenticateWith ?? '')) {
      issues.addIssue({
        code: 'custom',
        message: `userMustAuthenticateWith: ${rule.userMustAuthenticateWith} asks for no possession factor that could be constrained`,
        path: ['possessionFactorMustBe'],
      });
    }
  })
  .meta({ description: 'A rule of an app sign-in policy.' });

/** The words of the console name the whole demand: not mentioning a possession constraint means that there is none. */
export function withWholeDemand(rule: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return rule.userMustAuthenticateWith === undefined ? { ...rule } : { possessionFactorMustBe: [], ...rule };
}

const options: RuleKindOptions<AppSignInRuleSpec> = {
  policyType: 'ACCESS_POLICY',
  policyKind: 'appSignInPolicy',
  scheme: 'gapped',
  project: async (context, live): Promise<Found<AppSignInRuleSpec>['spec']> => {
    const groups = live.conditions?.people?.groups;
    const action = live.actions.appSignOn;
    return {
      name: live.name,
      groups: await groupNames(context, groups?.include ?? []),
      excludedGroups: await groupNames(context, groups?.exclude ?? []),
      networkZones: await zoneNames(context, live.conditions?.network),
      access: ACCESS.toWord(action?.access ?? ''),
      ...fromVerificationMethod(action?.verificationMethod),
      status: STATUS.toWord(live.status),
    };
  },
};

/** Rules of ACCESS_POLICY policies; the catch-all one is adopted by its system flag. */
export const appSignInPolicyRule: Kind<AppSignInRuleSpec, PolicyRule, OrgContext> = {
  name: 'appSignInPolicyRule',
  changeEvents: ['policy.rule'],
  resources: { writes: ['policies'], reads: ['groups'] },
  lane: 'ACCESS_POLICY',
  fields: {
    name: 'identity',
    groups: 'set',
    excludedGroups: 'set',
    networkZones: 'set',
    access: 'value',
    userMustAuthenticateWith: 'value',
    possessionFactorMustBe: 'set',
    reauthenticateAfter: 'value',
    status: 'value',
  },
  wireNames: {
    verificationMethod: 'userMustAuthenticateWith',
    constraints: 'userMustAuthenticateWith',
    factorMode: 'userMustAuthenticateWith',
    reauthenticateIn: 'reauthenticateAfter',
    network: 'networkZones',
    '/lifecycle/': 'status',
  },
  references: ({ groups, excludedGroups, networkZones }, key) => [
    { kind: 'appSignInPolicy', key: key.slice(0, key.indexOf('/')), path: '' },
    ...groupReferences(groups, 'groups'),
    ...groupReferences(excludedGroups, 'excludedGroups'),
    ...zoneReferences(networkZones),
  ],
  after: afterEarlierRules,
  read: (context, declared) => readRules(context, declared, options),
  list: (context) => listRules(context, options, (policy) => policy.name, tell),
  order: ruleOrder(options),
  create: async (context, declared, priority) => {
    const path = await rulePath(context, declared, options);
    if (declared.spec.name === SYSTEM_RULE.ACCESS_POLICY) return adoptCatchAll(context, path, declared.spec);
    const created = await context.api.post<PolicyRule>(path, {
      type: 'ACCESS_POLICY',
      name: declared.spec.name,
      ...(priority === undefined ? {} : { priority }),
      conditions: await conditions(context, declared.spec, null),
      actions: { appSignOn: appSignOn(declared.spec, undefined) },
    });
    if (declared.spec.status === 'inactive') await setStatus(context, `${path}/${created.id}`, 'inactive');
    return created;
  },
  ...ruleGoesAndReturns<PolicyRule>((context, declared) => rulePath(context, declared, options)),
  update: async (context, { found, declared, changed, priority }) => {
    const path = `${await rulePath(context, declared, options)}/${found.live.id}`;
    const { spec } = declared;
    if ([...changed].some((field) => field !== 'status')) {
      const live = await context.api.get<PolicyRule>(path);
      await putRule(context, path, live, onlyChanged(withLiveDemand(spec, found), changed), priority);
    }
    if (changed.has('status')) {
      await setStatus(context, path, spec.status);
    }
  },
  undeletable: ({ key }) => (namesOf(key)[1] === SYSTEM_RULE.ACCESS_POLICY ? {} : undefined),
};

/** A demand is written as a whole: what the spec leaves out of it (an undo names only what differs) is as it is in the org. */
function withLiveDemand(spec: AppSignInRuleSpec, found: Found<AppSignInRuleSpec>): AppSignInRuleSpec {
  const live = found.spec as { userMustAuthenticateWith?: CustomDemand; possessionFactorMustBe?: string[] };
  return {
    ...spec,
    userMustAuthenticateWith: spec.userMustAuthenticateWith ?? live.userMustAuthenticateWith,
    possessionFactorMustBe: merged(live.possessionFactorMustBe ?? [], spec.possessionFactorMustBe),
  };
}

/**
 * A rule without the conditions that the config cannot say would be for more people, and one without its demand would ask
 * for another: such a rule is told, not declared. The catch-all rule is there anyway: of it the rest is declared.
 */
function tell(spec: AppSignInRuleSpec, live: PolicyRule): Pick<Listed<AppSignInRuleSpec>, 'spec' | 'remarks'> {
  const {
    groups: _groups,
    excludedGroups: _excluded,
    networkZones,
    userMustAuthenticateWith,
    possessionFactorMustBe,
    ...rest
  } = spec;
  const [groups, excludedGroups] = [listed(spec.groups), listed(spec.excludedGroups)];
  const { network, ...conditions } = live.conditions ?? {};
  const people = conditions.people?.groups;
  const unnamed = [...(people?.include ?? []), ...(people?.exclude ?? [])].some((id) =>
    [...groups, ...excludedGroups].includes(id),
  );
  const words = MUST_AUTHENTICATE_WITH.find((one) => one === userMustAuthenticateWith);
  const wrong = [
    ...conditionRemarks([
      ...unsaidConditions(conditions, ['include', 'exclude']),
      ...(saidByZones(networkZones) ? [] : ['network']),
    ]),
    ...(unnamed ? ['it names groups of an app, or groups that are gone'] : []),
    ...(words === undefined && spec.access === 'allowed' ? ['what it demands has no words in the config'] : []),
  ];
  const { status, ...system } = rest;
  return {
    spec:
      wrong.length > 0 && !live.system
        ? undefined
        : pruned({
            ...(live.system ? system : rest),
            groups: groups.length > 0 ? sorted(groups) : undefined,
            excludedGroups: excludedGroups.length > 0 ? sorted(excludedGroups) : undefined,
            networkZones: listed(networkZones).length > 0 ? networkZones : undefined,
            userMustAuthenticateWith: words,
            possessionFactorMustBe: words && known(listed(possessionFactorMustBe), POSSESSION_WORDS),
          }),
    remarks: [...wrong, ...assuranceRemarks(live.actions.appSignOn)],
  };
}

/** The spec less the fields that are as they should be: those stay on the wire just as the org has them. */
function onlyChanged(spec: AppSignInRuleSpec, changed: ReadonlySet<keyof AppSignInRuleSpec>): AppSignInRuleSpec {
  const demand = changed.has('userMustAuthenticateWith') || changed.has('possessionFactorMustBe');
  const kept = (Object.keys(spec) as (keyof AppSignInRuleSpec)[]).filter(
    (field) =>
      field === 'name' ||
      changed.has(field) ||
      (demand && (field === 'userMustAuthenticateWith' || field === 'possessionFactorMustBe')),
  );
  return Object.fromEntries(kept.map((field) => [field, spec[field]])) as unknown as AppSignInRuleSpec;
}

/** The catch-all rule of a policy made in this same run: it came with the policy and is changed, not created. */
async function adoptCatchAll(context: OrgContext, path: string, spec: AppSignInRuleSpec): Promise<{ id: string }> {
  const rule = (await context.api.list<PolicyRule>(path)).find((candidate) => candidate.system);
  if (!rule) throw new Error(`${path} shows no catch-all rule`);
  await putRule(context, `${path}/${rule.id}`, rule, spec, undefined);
  return rule;
}

async function putRule(
  context: OrgContext,
  path: string,
  live: PolicyRule,
  spec: AppSignInRuleSpec,
  priority: number | undefined,
): Promise<void> {
  const { conditions: liveConditions, ...rest } = writable(live);
  await context.api.put(path, {
    ...rest,
    ...(priority === undefined ? {} : { priority }),
    // Conditions of a catch-all rule must stay null or unsent.
    ...(live.system ? {} : { conditions: await conditions(context, spec, liveConditions) }),
    actions: { ...live.actions, appSignOn: { ...live.actions.appSignOn, ...appSignOn(spec, live) } },
  });
}

function appSignOn(spec: AppSignInRuleSpec, live: PolicyRule | undefined) {
  const words = spec.userMustAuthenticateWith;
  const verificationMethod: VerificationMethod = mergeVerificationMethod(live?.actions.appSignOn?.verificationMethod, {
    method: words && toVerificationMethod(words, listed(spec.possessionFactorMustBe) as PossessionWord[]),
    reauthenticateAfter: spec.reauthenticateAfter,
  });
  const access = spec.access ? ACCESS.toWire(spec.access) : (live?.actions.appSignOn?.access ?? 'ALLOW');
  return { access, verificationMethod };
}

async function conditions(
  context: OrgContext,
  spec: AppSignInRuleSpec,
  live: PolicyConditions | null,
): Promise<PolicyConditions> {
  const groups = await groupCondition(context, spec, live);
  const network = spec.networkZones && (await networkCondition(context, live?.network, spec.networkZones));
  return { ...live, ...groups, ...(network ? { network } : {}) };
}

async function groupCondition(
  context: OrgContext,
  spec: AppSignInRuleSpec,
  live: PolicyConditions | null,
): Promise<Pick<PolicyConditions, 'people'>> {
  if (spec.groups === undefined && spec.excludedGroups === undefined) return {};
  const before = live?.people?.groups;
  const [included, excluded] = [before?.include ?? [], before?.exclude ?? []];
  const include = spec.groups ? await mergedGroupIds(context, included, spec.groups) : included;
  const exclude = spec.excludedGroups ? await mergedGroupIds(context, excluded, spec.excludedGroups) : excluded;
  const { groups: _before, ...people } = live?.people ?? {};
  // Lists that name nobody are no condition; Okta leaves them out, too.
  const groups = { ...(include.length > 0 ? { include } : {}), ...(exclude.length > 0 ? { exclude } : {}) };
  return { people: { ...people, ...(Object.keys(groups).length > 0 ? { groups } : {}) } };
}
