/**
 * Group rules that come into force or go out of it with a plan. Whom they concern depends on expressions over profiles: anybody
 * may be concerned, and anybody may not.
 */
import type { OktaApi } from '../okta/api.ts';
import type { GroupRule } from '../wire/directory.ts';
import type { World } from './world.ts';

/** An active group rule. One that changes is another one afterwards. */
export interface GroupRuleInForce {
  /** What it does to whom. */
  key: string;
  id: string;
  name: string;
  /** Ids of the groups that it puts people into. */
  groupIds: readonly string[];
}

/** A group rule that is in force in one of two states only. */
export interface ChangedRule extends GroupRuleInForce {
  /** It was in force before. */
  was: boolean;
}

export async function readGroupRules(api: Pick<OktaApi, 'list'>): Promise<GroupRuleInForce[]> {
  const rules = await api.list<GroupRule>('/api/v1/groups/rules?limit=200');
  return rules
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ id, name, conditions, actions }) => {
      const { groupIds } = actions.assignUserToGroups;
      return { key: JSON.stringify([conditions.expression.value, groupIds.toSorted()]), id, name, groupIds };
    });
}

export function changedRules(before: World, after: World): ChangedRule[] {
  const only = (one: World, other: World, was: boolean) =>
    [...one.groupRules.values()].filter(({ key }) => !other.groupRules.has(key)).map((rule) => ({ ...rule, was }));
  return [...only(before, after, true), ...only(after, before, false)];
}

/**
 * The groups of people whom a group rule concerns, in one state of the org. Okta takes people out of the groups of a rule
 * that goes out of force, as far as nothing else put them there: taken to be so.
 */
export function groupsUnder(world: World, groupIds: readonly string[], rule: ChangedRule | undefined): string[] {
  if (!rule) return [...groupIds];
  if (world.groupRules.has(rule.key)) return [...new Set([...groupIds, ...rule.groupIds])];
  return rule.was ? groupIds.filter((id) => !rule.groupIds.includes(id)) : [...groupIds];
}
