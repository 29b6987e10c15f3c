/** Rules of policies for groups: what those of global session and of password policies have in common. */
import { z } from 'zod';
import type { FieldRules, Found, Kind, SetValue } from '../engine/kind.ts';
import { addressFor, escapeName } from '../shared/address.ts';
import type { NetworkZone } from '../wire/network-zone.ts';
import type { NetworkCondition, PolicyRule, PolicyRuleActions } from '../wire/policy.ts';
import { missing, type OrgContext, setStatus } from './context.ts';
import { DEFAULT_POLICY } from './policies.ts';
import {
  afterEarlierRules,
  policyName,
  type RuleKindOptions,
  readRules,
  ruleOrder,
  rulePath,
  SYSTEM_RULE,
  writable,
} from './policy-rules.ts';
import { recreateRule } from './recreate.ts';
import { nameField, setField } from './section.ts';
import { listed, unwanted } from './sets.ts';
import { STATUS } from './vocabulary.ts';

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

/** How those fields are compared. */
export const COMPARED_RULE_FIELDS = { name: 'identity', networkZones: 'set', status: 'value' } as const;

export interface GroupPolicyRuleOptions<Spec extends GroupPolicyRuleSpec> {
  kind: string;
  policyKind: string;
  type: 'OKTA_SIGN_ON' | 'PASSWORD';
  fields: FieldRules<Spec>;
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
    fields: options.fields,
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
