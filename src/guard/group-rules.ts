/**
 * Group rules that a plan switches on or changes. Whom they concern depends on expressions over profiles: anybody may be
 * concerned, and anybody may not, except whom a rule excludes.
 *
 * A rule that is switched off or deleted leaves people in its groups (support article "What happens if group rules are
 * deactivated and deleted"; `removeUsers` is false by default, OpenAPI 2026.06.3): nobody loses anything by that.
 */
import type { OktaApi } from '../okta/api.ts';
import type { Person } from '../policy/index.ts';
import type { GroupRule } from '../wire/directory.ts';
import { membershipsOf, profilesOf } from './deciding.ts';
import type { WouldSend } from './dry-run.ts';
import type { World } from './world.ts';

export interface KnownGroupRule {
  id: string;
  name: string;
  isActive: boolean;
  expression: string;
  /** Whom it concerns, as text: one that changes says something else afterwards. */
  says: string;
  /** Ids of the groups that it puts people into. */
  groupIds: readonly string[];
  /** Ids of users, and of groups, whom it leaves alone. */
  excluded: readonly string[];
}

/** What a group rule does to those whom it concerns. */
export interface RuleEffect {
  /** `leave`: an active rule takes people out for whom it is no longer true. */
  move: 'join' | 'leave';
  /** As the plan leaves it. */
  rule: KnownGroupRule;
  /** As it was before, where it was. */
  before: KnownGroupRule | undefined;
}

export async function readGroupRules(api: Pick<OktaApi, 'list'>): Promise<KnownGroupRule[]> {
  const rules = await api.list<GroupRule>('/api/v1/groups/rules?limit=200');
  return rules.map(({ id, name, status, conditions: { expression, people }, actions }) => {
    const excluded = [...(people?.users?.exclude ?? []), ...(people?.groups?.exclude ?? [])];
    const { groupIds } = actions.assignUserToGroups;
    const says = JSON.stringify([expression.value, excluded.toSorted()]);
    return { id, name, isActive: status === 'ACTIVE', says, groupIds, excluded, expression: expression.value };
  });
}

/** What the rules do that come into force, or say something else in force. */
export function ruleEffects(before: World, after: World): RuleEffect[] {
  return [...after.groupRules.values()].flatMap((rule): RuleEffect[] => {
    const was = before.groupRules.get(rule.id);
    if (!rule.isActive || (was?.isActive && was.says === rule.says)) return [];
    // Whom it put in while it said something else may be in there to this day, though it was switched off meanwhile.
    const leaves = was !== undefined && was.says !== rule.says;
    return [{ move: 'join', rule, before: was }, ...(leaves ? [{ move: 'leave' as const, rule, before: was }] : [])];
  });
}

/** A rule that may put somebody in or take him out, since it looks at what a plan changes of him. */
export interface RuleLooking {
  userId: string;
  rule: KnownGroupRule;
}

const GROUP_FUNCTION = /\bisMemberOf/i;

/** The rules in force before and after that look at attributes or groups which the plan changes of users. */
export function rulesLooking(after: World, writes: readonly WouldSend[]): RuleLooking[] {
  const rules = [...after.groupRules.values()].filter(({ isActive }) => isActive);
  const joining = new Set(membershipsOf(writes).map(({ userId }) => userId));
  const found = [
    ...profilesOf(writes).flatMap(({ userId, attributes }) =>
      rules
        .filter(({ expression }) => attributes.some((name) => expression.includes(name)))
        .map((rule) => ({ userId, rule })),
    ),
    ...[...joining].flatMap((userId) =>
      rules.filter(({ expression }) => GROUP_FUNCTION.test(expression)).map((rule) => ({ userId, rule })),
    ),
  ];
  return [...new Map(found.map((one) => [`${one.userId} ${one.rule.id}`, one])).values()];
}

/** The groups of somebody whom a rule concerns, in one state of the org. */
export function groupsUnder(world: World, person: Person, effect: RuleEffect | undefined): readonly string[] {
  const { groupIds } = person;
  if (!effect) return groupIds;
  const { rule, move, before } = effect;
  const now = world.groupRules.get(rule.id);
  const isInForce = now?.isActive === true && now.says === rule.says;
  if (!isInForce || leavesAlone(move === 'join' ? rule : before, person)) return groupIds;
  return move === 'join'
    ? [...new Set([...groupIds, ...rule.groupIds])]
    : groupIds.filter((id) => !rule.groupIds.includes(id));
}

function leavesAlone(rule: KnownGroupRule | undefined, { id, groupIds }: Person): boolean {
  return [id, ...groupIds].some((one) => rule?.excluded.includes(one));
}

/** Words for people whom a group rule concerns, behind those for the people. */
export function concerned(effect: RuleEffect | undefined): string {
  if (!effect) return '';
  const { rule, move } = effect;
  return ` whom the group rule "${rule.name}" ${move === 'join' ? 'concerns' : 'no longer concerns'}`;
}
