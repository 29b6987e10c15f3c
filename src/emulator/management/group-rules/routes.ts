/** `/api/v1/groups/rules` (recorded): made INACTIVE, changed and deleted only while INACTIVE. */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { invalid, notFound, OktaError } from '../../http/okta-error.ts';
import { page } from '../../http/paging.ts';
import { type Org, orgNow } from '../../org.ts';
import type { GroupRuleEntity } from '../../store/entities.ts';
import { type Json, record, requiredText, text, texts } from '../input.ts';
import { applyRuleToAll, expressionFault, forgetRule } from './apply.ts';

const BASE = '/api/v1/groups/rules';
const NAME_LENGTH = 50;

export function groupRuleRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('ruleId') ?? '';
    const row = org.store.groupRules.get(id);
    if (!row) throw notFound(id, 'GroupRule');
    return row;
  };
  const expanded = (c: AppContext, row: GroupRuleEntity) => {
    const shown = render(org, row);
    if (c.req.query('expand') !== 'groupIdToGroupNameMap') return shown;
    const names = row.actions.assignUserToGroups.groupIds.map((id) => [id, org.store.groups.get(id)?.profile.name]);
    return { ...shown, _embedded: { groupIdToGroupNameMap: Object.fromEntries(names) } };
  };

  app.get(BASE, (c) => {
    const search = c.req.query('search')?.toLowerCase();
    const rows = org.store.groupRules.filter(
      (row) => search === undefined || row.name.toLowerCase().includes(search) || groupNamed(org, row, search),
    );
    return c.json(page(c, rows, { defaultLimit: 50, maxLimit: 200 }).map((row) => expanded(c, row)));
  });
  app.post(BASE, async (c) => c.json(render(org, createRule(org, await readJson(c)))));
  app.get(`${BASE}/:ruleId`, (c) => c.json(expanded(c, find(c))));
  app.put(`${BASE}/:ruleId`, async (c) => {
    const body = await readJson(c);
    return c.json(render(org, replaceRule(org, find(c), body)));
  });
  app.delete(`${BASE}/:ruleId`, (c) => {
    const row = find(c);
    assertInactive(row, 'deleted');
    forgetRule(org, row, c.req.query('removeUsers') === 'true');
    org.store.groupRules.delete(row.id);
    return c.json({}, 202);
  });
  app.post(`${BASE}/:ruleId/lifecycle/activate`, (c) => {
    const row = find(c);
    if (row.status !== 'ACTIVE') {
      applyRuleToAll(org, org.store.groupRules.patch(row.id, { status: 'ACTIVE', lastUpdated: orgNow(org) }));
    }
    return c.body(null, 204);
  });
  app.post(`${BASE}/:ruleId/lifecycle/deactivate`, (c) => {
    const row = find(c);
    if (row.status !== 'INACTIVE') org.store.groupRules.patch(row.id, { status: 'INACTIVE', lastUpdated: orgNow(org) });
    return c.body(null, 204);
  });
  return app;
}

function createRule(org: Org, body: Json): GroupRuleEntity {
  const now = orgNow(org);
  return org.store.groupRules.put({
    type: 'group_rule',
    id: org.ids.next('0pr'),
    status: 'INACTIVE',
    created: now,
    lastUpdated: now,
    ...readBody(org, body),
    actions: { assignUserToGroups: { groupIds: readGroupIds(org, body) } },
    allGroupsValid: true,
  });
}

function replaceRule(org: Org, row: GroupRuleEntity, body: Json): GroupRuleEntity {
  assertInactive(row, 'updated');
  const groupIds = texts(record(record(body.actions)?.assignUserToGroups)?.groupIds);
  if (groupIds && [...groupIds].sort().join() !== [...row.actions.assignUserToGroups.groupIds].sort().join()) {
    // named assumption `refusal-texts`
    throw invalid('actions', 'actions: The actions of a group rule cannot be changed.');
  }
  return org.store.groupRules.put({ ...row, ...readBody(org, body, row.id), lastUpdated: orgNow(org) });
}

function groupNamed(org: Org, row: GroupRuleEntity, search: string): boolean {
  const names = row.actions.assignUserToGroups.groupIds.map((id) => org.store.groups.get(id)?.profile.name ?? '');
  return names.some((name) => name.toLowerCase().includes(search));
}

/** Named assumption `refusal-texts`. */
function assertInactive(row: GroupRuleEntity, what: string): void {
  if (row.status === 'ACTIVE') {
    throw new OktaError(400, 'E0000001', 'Api validation failed: status', [
      `status: A group rule cannot be ${what} while it is active.`,
    ]);
  }
}

function readBody(org: Org, body: Json, except?: string): Pick<GroupRuleEntity, 'name' | 'conditions'> {
  const name = requiredText('name', body.name, NAME_LENGTH);
  if (org.store.groupRules.values().some((row) => row.name === name && row.id !== except)) {
    throw invalid('name', 'name: An object with this field already exists in the current organization');
  }
  const conditions = record(body.conditions) ?? {};
  const expression = record(conditions.expression) ?? {};
  const value = requiredText('conditions.expression.value', expression.value);
  const fault = expressionFault(org, value);
  // named assumption `refusal-texts`
  if (fault !== undefined)
    throw invalid('conditions.expression', `conditions.expression: Invalid expression: ${fault}`);
  const people = record(conditions.people) ?? {};
  return {
    name,
    conditions: {
      people: {
        users: { exclude: texts(record(people.users)?.exclude) ?? [] },
        groups: { exclude: texts(record(people.groups)?.exclude) ?? [] },
      },
      expression: { value, type: text(expression.type) ?? 'urn:okta:expression:1.0' },
    },
  };
}

/** Groups that a rule fills are groups of Okta's own making by hand: no built-in ones, none of an app. */
function readGroupIds(org: Org, body: Json): string[] {
  const ids = texts(record(record(body.actions)?.assignUserToGroups)?.groupIds) ?? [];
  if (ids.length === 0) {
    throw invalid(
      'actions.assignUserToGroups.groupIds',
      'actions.assignUserToGroups.groupIds: The field cannot be left blank',
    );
  }
  for (const id of ids) {
    if (org.store.groups.get(id)?.type === 'OKTA_GROUP') continue;
    throw invalid(
      'actions.assignUserToGroups.groupIds',
      `actions.assignUserToGroups.groupIds: Invalid group ID: ${id}.`,
    );
  }
  return ids;
}

function render(org: Org, row: GroupRuleEntity): GroupRuleEntity {
  const { type, id, status, name, created, lastUpdated, conditions, actions } = row;
  const allGroupsValid = actions.assignUserToGroups.groupIds.every(
    (groupId) => org.store.groups.get(groupId) !== undefined,
  );
  return { type, id, status, name, created, lastUpdated, conditions, actions, allGroupsValid };
}
