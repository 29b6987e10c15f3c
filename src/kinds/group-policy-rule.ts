/** Rules of policies for groups: what those of global session and of password policies have in common. */
import type { FieldRules, Found, Kind, Listed, SetValue } from '../engine/kind.ts';
import type { PolicyRule, PolicyRuleActions } from '../wire/policy.ts';
import { type OrgContext, setStatus } from './context.ts';
import { conditionRemarks, pruned, unsaidConditions } from './listing.ts';
import { DEFAULT_POLICY } from './policies.ts';
import {
  afterEarlierRules,
  listRules,
  policyName,
  type RuleKindOptions,
  readRules,
  ruleOrder,
  rulePath,
  SYSTEM_RULE,
  writable,
} from './policy-rules.ts';
import { ruleGoesAndReturns } from './recreate.ts';
import { nameField, statusField } from './section.ts';
import { listed } from './sets.ts';
import { STATUS } from './vocabulary.ts';
import { networkCondition, networkZonesField, saidByZones, zoneNames, zoneReferences } from './zones.ts';

export interface GroupPolicyRuleSpec {
  name: string;
  networkZones?: SetValue | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

/** Fields that every rule of such a policy has, for its schema. */
export const groupPolicyRuleFields = {
  name: nameField('Name of the rule. `Default Rule` is the system one of the Default Policy.', 50),
  networkZones: networkZonesField,
  status: statusField,
};

/** How those fields are compared. */
export const COMPARED_RULE_FIELDS = { name: 'identity', networkZones: 'set', status: 'value' } as const;

export interface GroupPolicyRuleOptions<Spec extends GroupPolicyRuleSpec> {
  kind: string;
  policyKind: string;
  type: 'OKTA_SIGN_ON' | 'PASSWORD';
  fields: FieldRules<Spec>;
  wireNames: Readonly<Record<string, string>>;
  /** Actions in the config's words. */
  project(actions: PolicyRuleActions): object;
  /** {@link Listed} of a rule: what of its actions an entry says, and what it cannot say. */
  tell(spec: Spec, live: PolicyRule): { spec: Spec; remarks: readonly string[] };
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
      ...zoneReferences(networkZones),
    ],
    after: afterEarlierRules,
    read: (context, declared) => readRules(context, declared, shared),
    changeEvents: ['policy.rule'],
    resources: { writes: ['policies'] },
    wireNames: { ...options.wireNames, network: 'networkZones', '/lifecycle/': 'status' },
    list: (context) =>
      listRules(
        context,
        shared,
        (policy) => (policy.system ? DEFAULT_POLICY : policy.name),
        (spec, live) => told(spec, live, options),
      ),
    order: ruleOrder(shared),
    create: async (context, declared, priority) => {
      const path = await rulePath(context, declared, shared);
      const { spec } = declared;
      const created = await context.api.post<PolicyRule>(path, {
        type: options.type === 'PASSWORD' ? 'PASSWORD' : 'SIGN_ON',
        name: spec.name,
        ...(priority === undefined ? {} : { priority }),
        conditions: {
          people: { users: { exclude: [] } },
          network: await networkCondition(context, undefined, spec.networkZones),
        },
        actions: options.actions(spec, undefined),
      });
      if (spec.status === 'inactive') await setStatus(context, `${path}/${created.id}`, 'inactive');
      return created;
    },
    ...ruleGoesAndReturns<PolicyRule>((context, declared) => rulePath(context, declared, shared)),
    update: async (context, { found, declared, changed, priority }) => {
      const path = `${await rulePath(context, declared, shared)}/${found.live.id}`;
      const { spec } = declared;
      if ([...changed].some((field) => field !== 'status') || priority !== undefined) {
        const live = writable(await context.api.get<PolicyRule>(path));
        const before = live.conditions?.network;
        await context.api.put(path, {
          ...live,
          ...(priority === undefined ? {} : { priority }),
          ...(changed.has('networkZones')
            ? {
                conditions: { ...live.conditions, network: await networkCondition(context, before, spec.networkZones) },
              }
            : {}),
          actions: options.actions(spec, live.actions),
        });
      }
      if (changed.has('status')) await setStatus(context, path, spec.status);
    },
    ...(options.clearable ? { clearable: options.clearable } : {}),
    ...(options.tied ? { tied: options.tied } : {}),
    notes: (declared) =>
      declared.spec.name === SYSTEM_RULE[options.type] && policyName(declared) === DEFAULT_POLICY
        ? ['this rule is for everyone whom no other rule of its kind covers']
        : [],
  };
}

/** A rule without a condition that the config cannot say would be for more people: it is told, not declared. */
function told<Spec extends GroupPolicyRuleSpec>(
  spec: Spec,
  live: PolicyRule,
  options: GroupPolicyRuleOptions<Spec>,
): Pick<Listed<Spec>, 'spec' | 'remarks'> {
  const { network, ...conditions } = live.conditions ?? {};
  const wrong = live.system
    ? []
    : conditionRemarks([...unsaidConditions(conditions, []), ...(saidByZones(spec.networkZones) ? [] : ['network'])]);
  const { spec: own, remarks } = options.tell(spec, live);
  const { status, networkZones, ...system } = own;
  const zones = listed(networkZones).length > 0 ? { networkZones } : {};
  return {
    spec: wrong.length > 0 ? undefined : pruned((live.system ? system : { ...system, ...zones, status }) as Spec),
    remarks: [...wrong, ...remarks],
  };
}
