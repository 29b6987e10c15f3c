/**
 * What group rules do: an ACTIVE rule puts every user for whom its expression is true into its groups, and takes those out
 * again for whom it has become false. Members whom an admin put in stay whatever the rules say.
 */
import { ExpressionError, evaluate } from '../../oauth/expression.ts';
import type { ExpressionFunction } from '../../oauth/expression-functions.ts';
import { type Org, orgNow } from '../../org.ts';
import type { GroupRuleEntity, UserEntity } from '../../store/entities.ts';

/** Applies all rules to a user whose profile, status or groups changed. Groups of one rule may feed another. */
export function applyGroupRules(org: Org, userId: string): void {
  const rules = org.store.groupRules.filter((rule) => rule.status === 'ACTIVE');
  if (rules.length === 0) return;
  // A change by one rule can make another true: at most one round per rule.
  for (let round = 0; round < rules.length; round += 1) {
    const user = org.store.users.get(userId);
    if (!user || !rules.map((rule) => applyRule(org, rule, user)).includes(true)) return;
  }
}

/** Applies one rule to everybody: when it is activated. */
export function applyRuleToAll(org: Org, rule: GroupRuleEntity): void {
  for (const user of org.store.users.values()) if (applyRule(org, rule, user)) applyGroupRules(org, user.id);
}

/** @returns whether a membership changed. */
function applyRule(org: Org, rule: GroupRuleEntity, user: UserEntity): boolean {
  const matches = isMatch(org, rule, user);
  let changed = false;
  for (const groupId of rule.actions.assignUserToGroups.groupIds) {
    if (!org.store.groups.get(groupId)) continue;
    const mark = markOf(rule, groupId);
    if (matches && !org.store.memberships.has(groupId, user.id)) {
      org.store.memberships.add(groupId, user.id);
      org.store.ruleMemberships.add(mark, user.id);
      changed = true;
    } else if (matches && isOwnedByRules(org, groupId, user.id)) {
      org.store.ruleMemberships.add(mark, user.id);
    } else if (!matches && org.store.ruleMemberships.has(mark, user.id)) {
      changed = giveUp(org, rule, groupId, user.id) || changed;
    }
    if (changed) org.store.groups.patch(groupId, { lastMembershipUpdated: orgNow(org) });
  }
  return changed;
}

/** Takes a user out of a group, unless another rule keeps him there. */
function giveUp(org: Org, rule: GroupRuleEntity, groupId: string, userId: string): boolean {
  org.store.ruleMemberships.remove(markOf(rule, groupId), userId);
  if (isOwnedByRules(org, groupId, userId)) return false;
  org.store.memberships.remove(groupId, userId);
  return true;
}

function markOf(rule: GroupRuleEntity, groupId: string): string {
  return `${rule.id}/${groupId}`;
}

/** Whether a user is in a group because of rules only. */
function isOwnedByRules(org: Org, groupId: string, userId: string): boolean {
  return [...org.store.ruleMemberships.leftsOf(userId)].some((mark) => mark.endsWith(`/${groupId}`));
}

/**
 * Forgets a rule: its members stay, as members of their own, or go with it. One that is only switched off keeps them (support
 * article "What happens if group rules are deactivated and deleted").
 */
export function forgetRule(org: Org, rule: GroupRuleEntity, removeUsers: boolean): void {
  for (const groupId of rule.actions.assignUserToGroups.groupIds) {
    const members = [...org.store.ruleMemberships.rightsOf(markOf(rule, groupId))];
    for (const userId of members) {
      if (removeUsers) giveUp(org, rule, groupId, userId);
    }
    org.store.ruleMemberships.removeLeft(markOf(rule, groupId));
  }
}

/**
 * An admin took a user out of a group: rules that put him there leave him alone from now on (help pages: he is added to
 * the people whom the rule excludes).
 */
export function excludeFromRules(org: Org, groupId: string, userId: string): void {
  for (const mark of [...org.store.ruleMemberships.leftsOf(userId)]) {
    const [ruleId = '', group] = mark.split('/');
    if (group !== groupId) continue;
    org.store.ruleMemberships.remove(mark, userId);
    const rule = org.store.groupRules.get(ruleId);
    if (!rule) continue;
    const exclude = [...rule.conditions.people.users.exclude, userId];
    const people = { ...rule.conditions.people, users: { exclude } };
    org.store.groupRules.patch(ruleId, { conditions: { ...rule.conditions, people } });
  }
}

function isMatch(org: Org, rule: GroupRuleEntity, user: UserEntity): boolean {
  const { people, expression } = rule.conditions;
  if (user.status === 'DEPROVISIONED' || people.users.exclude.includes(user.id)) return false;
  if (people.groups.exclude.some((groupId) => org.store.memberships.has(groupId, user.id))) return false;
  try {
    return evaluate(expression.value, scopeOf(org, user), groupFunctions(org, user.id)) === true;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    org.log(`group rule "${rule.name}": ${error.message}`);
    return false;
  }
}

function scopeOf(org: Org, { id, profile, status }: UserEntity): Record<string, unknown> {
  return { user: { ...profile, id, status }, org: { name: org.store.org.name } };
}

/** Whether the emulator can evaluate an expression at all; the reason when it cannot. */
export function expressionFault(org: Org, expression: string): string | undefined {
  try {
    evaluate(expression, { user: {}, org: {} }, groupFunctions(org, ''));
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}

/** Functions that look at the groups of a user (developer docs); names count with case. */
function groupFunctions(org: Org, userId: string): Record<string, ExpressionFunction> {
  const names = () =>
    [...org.store.memberships.leftsOf(userId)].flatMap((id) => org.store.groups.get(id)?.profile.name ?? []);
  const isMember = (id: unknown) => org.store.memberships.has(String(id), userId);
  return {
    isMemberOfGroup: (id) => isMember(id),
    isMemberOfAnyGroup: (...ids) => ids.some(isMember),
    isMemberOfGroupName: (name) => names().includes(String(name)),
    isMemberOfGroupNameStartsWith: (start) => names().some((name) => name.startsWith(String(start))),
    isMemberOfGroupNameContains: (part) => names().some((name) => name.includes(String(part))),
    isMemberOfGroupNameRegex: (pattern) => names().some((name) => matchesWhole(name, String(pattern))),
  };
}

function matchesWhole(name: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(name);
  } catch {
    throw new ExpressionError(`"${pattern}" is no regular expression`);
  }
}
