/**
 * Policies for groups in order of priority, with rules in theirs: what global session and password policies have in
 * common. The Default Policy is the system one: it is for everyone, always last, and adopted, never created.
 */
import { z } from 'zod';
import type { FieldRule, Found, Kind, SetValue } from '../engine/kind.ts';
import { addressFor, escapeName } from '../shared/address.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { NetworkZone } from '../wire/network-zone.ts';
import type { NetworkCondition, Policy, PolicyConditions, PolicyRule, PolicyRuleActions } from '../wire/policy.ts';
import { livePolicies, missing, type OrgContext, setStatus } from './context.ts';
import { groupNames, groupReferences, mergedGroupIds } from './groups.ts';
import {
  afterEarlierRules,
  DEFAULT_POLICY,
  liveRules,
  policyName,
  type RuleKindOptions,
  readRules,
  ruleOrder,
  rulePath,
  SYSTEM_RULE,
  writable,
} from './policy-rules.ts';
import { type PolicyImage, recreatePolicy, recreateRule } from './recreate.ts';
import { isEarlier, nameField, setField } from './section.ts';
import { listed, unwanted } from './sets.ts';
import { STATUS } from './vocabulary.ts';

export interface GroupPolicySpec {
  name: string;
  description?: string | undefined;
  groups?: SetValue | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

/** Fields that every such policy has, for its schema. */
export const groupPolicyFields = {
  name: nameField('Name of the policy. `Default Policy` is the system one: adopted, never created.', 50),
  description: z.string().optional(),
  groups: z.array(z.string()).min(1).optional().meta({ description: 'Groups that the policy is for.' }),
  status: z.enum(STATUS.words).optional(),
};

/** What a schema cannot say of its fields one by one. */
export function groupPolicyProblem(policy: {
  name: string;
  groups?: unknown;
  ensure?: string | undefined;
}): { message: string; path: string[] } | undefined {
  if (policy.name !== DEFAULT_POLICY) {
    const bare = policy.groups === undefined && policy.ensure !== 'absent';
    return bare ? { message: 'a policy other than the Default Policy needs groups', path: ['name'] } : undefined;
  }
  if (policy.ensure === 'absent') return { message: 'the Default Policy cannot be deleted', path: ['ensure'] };
  return policy.groups === undefined
    ? undefined
    : { message: 'the Default Policy is for everyone; give groups to a policy of its own', path: ['groups'] };
}

export interface GroupPolicyOptions<Spec extends GroupPolicySpec> {
  kind: string;
  type: 'OKTA_SIGN_ON' | 'PASSWORD';
  /** Besides those of {@link GroupPolicySpec}. */
  fields: { readonly [F in Exclude<keyof Spec, keyof GroupPolicySpec>]: FieldRule };
  /** Settings in the config's words. */
  project(live: Policy): object;
  /** Settings to send, the mentioned ones laid over the live ones; undefined for a type without any. */
  settings(spec: Spec, live: Policy | undefined): Record<string, unknown> | undefined;
}

export function groupPolicyKind<Spec extends GroupPolicySpec>(
  options: GroupPolicyOptions<Spec>,
): Kind<Spec, Policy, OrgContext> {
  const { type } = options;
  return {
    name: options.kind,
    lane: type,
    fields: { name: 'identity', description: 'value', groups: 'set', status: 'value', ...options.fields } as never,
    references: ({ groups }) => groupReferences(groups, 'groups'),
    // Priorities are written one after the other, and the default policy last of all.
    after: (own, all) =>
      all
        .filter((other) => other.kind === own.kind && other.ensure === 'present' && other !== own)
        .filter((other) => other.key !== DEFAULT_POLICY && (own.key === DEFAULT_POLICY || isEarlier(other, own)))
        .map((other) => other.address),
    read: async (context, declared) => {
      const policies = await livePolicies(context, type);
      const found = await Promise.all(
        declared.map(async (object): Promise<[string, Found<Spec, Policy>][]> => {
          const live = policies.find((policy) => isNamed(policy, object.spec.name));
          return live ? [[object.key, { live, spec: await project(context, live, options) }]] : [];
        }),
      );
      return new Map(found.flat());
    },
    order: {
      scheme: 'dense',
      parent: () => '',
      siblings: async (context) => (await livePolicies(context, type)).filter((policy) => !policy.system),
      ordered: (declared) => declared.spec.name !== DEFAULT_POLICY,
    },
    create: async (context, { spec, formerly }, priority) => {
      if (formerly?.image !== undefined) {
        return recreatePolicy(context, POLICIES, formerly.image as PolicyImage, priority);
      }
      if (spec.name === DEFAULT_POLICY) throw systemPolicyMissing(options.kind);
      const settings = options.settings(spec, undefined);
      const created = await context.api.post<Policy>(POLICIES, {
        type,
        name: spec.name,
        description: spec.description ?? '',
        ...(priority === undefined ? {} : { priority }),
        conditions: {
          people: { groups: { include: await mergedGroupIds(context, [], spec.groups ?? []) } },
          ...(type === 'PASSWORD' ? { authProvider: { provider: 'OKTA' } } : {}),
        },
        ...(settings ? { settings } : {}),
      });
      if (spec.status === 'inactive') await setStatus(context, `${POLICIES}/${created.id}`, 'inactive');
      return created;
    },
    update: async (context, { found, declared, changed, priority }) => {
      const path = `${POLICIES}/${found.live.id}`;
      const { spec } = declared;
      if ([...changed].some((field) => field !== 'status') || priority !== undefined) {
        const { _links, _embedded, ...live } = await context.api.get<Policy>(path);
        const settings = options.settings(spec, live);
        await context.api.put(path, {
          ...live,
          ...(changed.has('description') ? { description: spec.description } : {}),
          ...(priority === undefined ? {} : { priority }),
          ...(spec.groups && changed.has('groups')
            ? { conditions: await withGroups(context, live.conditions, spec.groups) }
            : {}),
          ...(settings ? { settings } : {}),
        });
      }
      if (changed.has('status')) await setStatus(context, path, spec.status);
    },
    remove: ({ api }, { live }) => api.delete(`${POLICIES}/${live.id}`),
    remember: async (context, { live }): Promise<PolicyImage> => ({
      policy: live,
      rules: await liveRules(context, live),
    }),
    notes: ({ spec }, found) =>
      spec.name === DEFAULT_POLICY && found
        ? ['this policy is for everyone whom no other policy of its kind covers, admins included']
        : [],
  };
}

const POLICIES = '/api/v1/policies';

function isNamed(policy: Policy, name: string): boolean {
  return name === DEFAULT_POLICY ? policy.system : policy.name === name && !policy.system;
}

async function project<Spec extends GroupPolicySpec>(
  context: OrgContext,
  live: Policy,
  options: GroupPolicyOptions<Spec>,
): Promise<Found<Spec>['spec']> {
  return {
    name: live.name,
    description: live.description ?? '',
    groups: await groupNames(context, live.conditions?.people?.groups?.include ?? []),
    status: STATUS.toWord(live.status),
    ...options.project(live),
  } as Found<Spec>['spec'];
}

async function withGroups(
  context: OrgContext,
  live: PolicyConditions | null,
  groups: SetValue,
): Promise<PolicyConditions> {
  const include = await mergedGroupIds(context, live?.people?.groups?.include ?? [], groups);
  return { ...live, people: { ...live?.people, groups: { ...live?.people?.groups, include } } };
}

function systemPolicyMissing(kind: string): OrgproofError {
  return new OrgproofError(`the org shows no default policy of the kind ${kind}, and it cannot be created`, {
    code: 'system-object-missing',
    hint: 'check that the credentials may read policies (okta.policies.read) and that the org runs Identity Engine',
    exitCode: EXIT.refused,
  });
}

export interface GroupPolicyRuleSpec {
  name: string;
  networkZones?: SetValue | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

/** Fields that every rule of such a policy has, for its schema. */
export const groupPolicyRuleFields = {
  name: nameField('Name of the rule. `Default Rule` is the system one of the Default Policy.', 50),
  networkZones: setField(
    z.string(),
    'The rule is for requests from these network zones; `[]`: from anywhere.',
  ).optional(),
  status: z.enum(STATUS.words).optional(),
};

export interface GroupPolicyRuleOptions<Spec extends GroupPolicyRuleSpec> {
  kind: string;
  policyKind: string;
  type: 'OKTA_SIGN_ON' | 'PASSWORD';
  /** Besides those of {@link GroupPolicyRuleSpec}. */
  fields: { readonly [F in Exclude<keyof Spec, keyof GroupPolicyRuleSpec>]-?: FieldRule };
  /** Actions in the config's words. */
  project(actions: PolicyRuleActions): object;
  /** Actions to send, the mentioned ones laid over the live ones. */
  actions(spec: Spec, live: PolicyRuleActions | undefined): PolicyRuleActions;
  clearable?: readonly (keyof Spec & string)[];
  tied?: readonly (keyof Spec & string)[];
}

export function groupPolicyRuleKind<Spec extends GroupPolicyRuleSpec>(
  options: GroupPolicyRuleOptions<Spec>,
): Kind<Spec, PolicyRule, OrgContext> {
  const shared: RuleKindOptions<Spec> = {
    policyType: options.type,
    policyKind: options.policyKind,
    scheme: 'dense',
    project: async (context, live) =>
      ({
        name: live.name,
        networkZones: await zoneNames(context, live.conditions?.network),
        status: STATUS.toWord(live.status),
        ...options.project(live.actions),
      }) as Found<Spec>['spec'],
  };
  return {
    name: options.kind,
    lane: options.type,
    fields: { name: 'identity', networkZones: 'set', status: 'value', ...options.fields } as never,
    references: ({ networkZones }, key) => [
      { kind: options.policyKind, key: key.slice(0, key.indexOf('/')), path: '' },
      ...listed(networkZones).map((zone, index) => ({
        kind: 'networkZone',
        key: escapeName(zone),
        path: `networkZones.${index}`,
      })),
    ],
    after: afterEarlierRules,
    read: (context, declared) => readRules(context, declared, shared),
    order: ruleOrder(shared),
    create: async (context, declared, priority) => {
      const path = await rulePath(context, declared, shared);
      const { spec, formerly } = declared;
      if (formerly?.image !== undefined) return recreateRule(context, path, formerly.image as PolicyRule, priority);
      const created = await context.api.post<PolicyRule>(path, {
        type: options.type === 'PASSWORD' ? 'PASSWORD' : 'SIGN_ON',
        name: spec.name,
        ...(priority === undefined ? {} : { priority }),
        conditions: {
          people: { users: { exclude: [] } },
          network: await network(context, { connection: 'ANYWHERE' }, spec.networkZones),
        },
        actions: options.actions(spec, undefined),
      });
      if (spec.status === 'inactive') await setStatus(context, `${path}/${created.id}`, 'inactive');
      return created;
    },
    update: async (context, { found, declared, changed, priority }) => {
      const path = `${await rulePath(context, declared, shared)}/${found.live.id}`;
      const { spec } = declared;
      if ([...changed].some((field) => field !== 'status') || priority !== undefined) {
        const live = writable(await context.api.get<PolicyRule>(path));
        const before = live.conditions?.network ?? { connection: 'ANYWHERE' };
        await context.api.put(path, {
          ...live,
          ...(priority === undefined ? {} : { priority }),
          ...(changed.has('networkZones')
            ? { conditions: { ...live.conditions, network: await network(context, before, spec.networkZones) } }
            : {}),
          actions: options.actions(spec, live.actions),
        });
      }
      if (changed.has('status')) await setStatus(context, path, spec.status);
    },
    remove: async (context, found, declared) =>
      context.api.delete(`${await rulePath(context, declared, shared)}/${found.live.id}`),
    ...(options.clearable ? { clearable: options.clearable } : {}),
    ...(options.tied ? { tied: options.tied } : {}),
    notes: (declared) =>
      declared.spec.name === SYSTEM_RULE[options.type] && policyName(declared) === DEFAULT_POLICY
        ? ['this rule is for everyone whom no other rule of its kind covers']
        : [],
  };
}

const liveZones = (context: OrgContext) => context.reader.list<NetworkZone>('/api/v1/zones?limit=200');

/** The zones that a condition includes; none for anywhere. A condition without words is shown as Okta writes it. */
async function zoneNames(context: OrgContext, condition: NetworkCondition | undefined): Promise<string[]> {
  if (!condition || condition.connection === 'ANYWHERE') return [];
  if (condition.connection !== 'ZONE' || !condition.include?.length) return [JSON.stringify(condition)];
  const zones = await liveZones(context);
  return condition.include.map((id) => zones.find((zone) => zone.id === id)?.name ?? id);
}

/** The condition that includes the wanted zones. */
async function network(
  context: OrgContext,
  live: NetworkCondition,
  wanted: SetValue | undefined,
): Promise<NetworkCondition> {
  if (wanted === undefined) return live;
  const inWords = listed(wanted).find((name) => name.startsWith('{'));
  if (inWords !== undefined) return JSON.parse(inWords) as NetworkCondition;
  const before = await zoneNames(context, live);
  const kept = 'add' in wanted ? before.filter((name) => !unwanted(wanted).includes(name)) : [];
  const names = [...new Set([...kept, ...listed(wanted)])];
  if (names.length === 0) return { connection: 'ANYWHERE' };
  const zones = await liveZones(context);
  const idOf = (name: string) =>
    context.created.get(addressFor('networkZone', name)) ??
    zones.find((zone) => zone.name === name || zone.id === name)?.id ??
    missing('networkZone', name);
  return { connection: 'ZONE', include: names.map(idOf) };
}
