/** Access policies and rules of an authorization server: who gets tokens, by which grants, for how long. */
import type { AuthorizationServerPolicy, AuthorizationServerPolicyRule } from '../../../wire/authorization-server.ts';
import { lifecycleLink, link } from '../../http/links.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type {
  AuthorizationServerEntity,
  AuthorizationServerPolicyEntity,
  AuthorizationServerRuleEntity,
} from '../../store/entities.ts';
import { integer, type Json, oneOf, record, requiredText, text, texts } from '../input.ts';
import { readIncludeExclude } from '../policies/conditions.ts';
import { denseWith, denseWithout, type Ranked } from '../policies/priority.ts';
import { pathOf } from './servers.ts';

type Policy = AuthorizationServerPolicyEntity;
type Rule = AuthorizationServerRuleEntity;

/** Grants in the order Okta gives them back (recorded for the common ones). */
const GRANTS = [
  'implicit',
  'client_credentials',
  'password',
  'authorization_code',
  'interaction_code',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'urn:openid:params:grant-type:ciba',
  'urn:okta:params:oauth:grant-type:otp',
  'urn:okta:params:oauth:grant-type:oob',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-oob',
];

/** Grants that act for a person, so that a rule with one must name people. */
const USER_GRANTS = ['authorization_code', 'implicit', 'password'];

const PEOPLE_MISSING =
  "conditions.people: At least one of ''conditions.people.users.include'' or ''conditions.people.groups.include'' must contain a valid user or group when ''conditions.grantTypes'' contains one or more of [authorization_code, implicit, password].";

export function policiesOf(org: Org, serverId: string): Policy[] {
  return org.store.authorizationServerPolicies
    .filter((row) => row.serverId === serverId)
    .sort((a, b) => a.priority - b.priority);
}

export function findPolicy(org: Org, serverId: string, id: string): Policy {
  const row = org.store.authorizationServerPolicies.get(id);
  if (!row || row.serverId !== serverId) throw notFound(id, 'Policy');
  return row;
}

export function rulesOf(org: Org, policyId: string): Rule[] {
  return org.store.authorizationServerRules
    .filter((row) => row.policyId === policyId)
    .sort((a, b) => a.priority - b.priority);
}

export function findRule(org: Org, policyId: string, id: string): Rule {
  const row = org.store.authorizationServerRules.get(id);
  if (!row || row.policyId !== policyId) throw notFound(id, 'PolicyRule');
  return row;
}

function readPolicy(body: Json) {
  oneOf(body.type, ['OAUTH_AUTHORIZATION_POLICY'] as const);
  const description = text(body.description);
  if (!description) throw invalid('description', 'description: The field cannot be left blank');
  const clients = readIncludeExclude(record(body.conditions)?.clients);
  if (!clients?.include?.length) {
    throw invalid('conditions.clients.include', 'conditions.clients.include: The field cannot be left blank');
  }
  return { name: requiredText('name', body.name, 50), description, conditions: { clients } };
}

export function createPolicy(org: Org, server: AuthorizationServerEntity, body: Json): Policy {
  const given = readPolicy(body);
  const now = orgNow(org);
  const row: Policy = {
    id: org.ids.next('00p'),
    serverId: server.id,
    status: oneOf(body.status, ['ACTIVE', 'INACTIVE'] as const) ?? 'ACTIVE',
    ...given,
    priority: 1,
    system: false,
    created: now,
    lastUpdated: now,
    type: 'OAUTH_AUTHORIZATION_POLICY',
  };
  org.store.authorizationServerPolicies.put(row);
  placePolicy(org, row, integer(body.priority));
  return findPolicy(org, server.id, row.id);
}

export function replacePolicy(org: Org, row: Policy, body: Json): Policy {
  const changed = { ...row, ...readPolicy(body), lastUpdated: orgNow(org) };
  org.store.authorizationServerPolicies.put(changed);
  const wanted = integer(body.priority);
  if (wanted !== undefined && wanted !== row.priority) placePolicy(org, changed, wanted);
  return findPolicy(org, row.serverId, row.id);
}

export function deletePolicy(org: Org, row: Policy): void {
  for (const rule of rulesOf(org, row.id)) org.store.authorizationServerRules.delete(rule.id);
  org.store.authorizationServerPolicies.delete(row.id);
  renumber(org.store.authorizationServerPolicies, denseWithout(policiesOf(org, row.serverId)));
}

function placePolicy(org: Org, row: Policy, wanted: number | undefined): void {
  const others = policiesOf(org, row.serverId).filter((other) => other.id !== row.id);
  renumber(org.store.authorizationServerPolicies, denseWith(others, row, wanted));
}

/** Fill-ins as recorded: an empty list of excluded users, an empty list of scopes. */
function readRule(org: Org, body: Json, before?: Rule): Pick<Rule, 'name' | 'conditions' | 'actions'> {
  oneOf(body.type, ['RESOURCE_ACCESS'] as const);
  const conditions = record(body.conditions) ?? {};
  const grants = texts(record(conditions.grantTypes)?.include) ?? [];
  if (grants.length === 0) {
    throw invalid('conditions.grantTypes.include', 'conditions.grantTypes.include: The field cannot be left blank');
  }
  const unknown = grants.find((grant) => !GRANTS.includes(grant));
  if (unknown !== undefined) {
    throw invalid('conditions.grantTypes', `conditions.grantTypes: Invalid grant type specified: ${unknown}.`);
  }
  const people = record(conditions.people);
  const users = readIncludeExclude(people?.users) ?? {};
  const groups = readIncludeExclude(people?.groups);
  const named =
    (users.include ?? []).some((id) => org.store.users.get(id)) ||
    (groups?.include ?? []).some((id) => id === 'EVERYONE' || org.store.groups.get(id) || isNamedBy(before, id));
  if (!named && grants.some((grant) => USER_GRANTS.includes(grant))) {
    throw invalid('conditions.people', PEOPLE_MISSING);
  }
  return {
    name: requiredText('name', body.name, 50),
    conditions: {
      people: { users: { ...users, exclude: users.exclude ?? [] }, ...(groups ? { groups } : {}) },
      grantTypes: { include: GRANTS.filter((grant) => grants.includes(grant)) },
      scopes: { include: texts(record(conditions.scopes)?.include) ?? [] },
    },
    actions: { token: readToken(record(record(body.actions)?.token) ?? {}) },
  };
}

/** Named assumption `deleted-group-stays-named`: a rule takes back the groups that it was read with. */
function isNamedBy(rule: Rule | undefined, groupId: string): boolean {
  return rule?.conditions.people?.groups?.include?.includes(groupId) === true;
}

/** Limits of OpenAPI 2026.06.3; their texts are of the named assumption `refusal-texts`. */
function readToken(given: Json): Rule['actions']['token'] {
  const accessTokenLifetimeMinutes = integer(given.accessTokenLifetimeMinutes) ?? 60;
  if (accessTokenLifetimeMinutes < 5 || accessTokenLifetimeMinutes > 1440) {
    throw invalid(
      'actions.token.accessTokenLifetimeMinutes',
      'accessTokenLifetimeMinutes: must be between 5 minutes and 1440 minutes (24 hours).',
    );
  }
  const refreshTokenLifetimeMinutes = integer(given.refreshTokenLifetimeMinutes) ?? 0;
  if (refreshTokenLifetimeMinutes !== 0 && refreshTokenLifetimeMinutes < accessTokenLifetimeMinutes) {
    throw invalid(
      'actions.token.refreshTokenLifetimeMinutes',
      'refreshTokenLifetimeMinutes: must be at least accessTokenLifetimeMinutes, or 0 for unlimited.',
    );
  }
  const refreshTokenWindowMinutes = integer(given.refreshTokenWindowMinutes) ?? 10_080;
  if (refreshTokenWindowMinutes < 10 || refreshTokenWindowMinutes > 2_628_000) {
    throw invalid(
      'actions.token.refreshTokenWindowMinutes',
      'refreshTokenWindowMinutes: must be between 10 minutes and 2628000 minutes (5 years).',
    );
  }
  const inlineHook = text(record(given.inlineHook)?.id);
  return {
    accessTokenLifetimeMinutes,
    refreshTokenLifetimeMinutes,
    refreshTokenWindowMinutes,
    ...(inlineHook === undefined ? {} : { inlineHook: { id: inlineHook } }),
  };
}

export function createRule(org: Org, policy: Policy, body: Json): Rule {
  const given = readRule(org, body);
  const now = orgNow(org);
  const row: Rule = {
    id: org.ids.next('0pr'),
    serverId: policy.serverId,
    policyId: policy.id,
    status: oneOf(body.status, ['ACTIVE', 'INACTIVE'] as const) ?? 'ACTIVE',
    priority: 1,
    system: false,
    created: now,
    lastUpdated: now,
    ...given,
    type: 'RESOURCE_ACCESS',
  };
  org.store.authorizationServerRules.put(row);
  placeRule(org, row, integer(body.priority));
  return findRule(org, policy.id, row.id);
}

export function replaceRule(org: Org, row: Rule, body: Json): Rule {
  const changed = { ...row, ...readRule(org, body, row), lastUpdated: orgNow(org) };
  org.store.authorizationServerRules.put(changed);
  const wanted = integer(body.priority);
  if (wanted !== undefined && wanted !== row.priority) placeRule(org, changed, wanted);
  return findRule(org, row.policyId, row.id);
}

export function deleteRule(org: Org, row: Rule): void {
  org.store.authorizationServerRules.delete(row.id);
  renumber(org.store.authorizationServerRules, denseWithout(rulesOf(org, row.policyId)));
}

function placeRule(org: Org, row: Rule, wanted: number | undefined): void {
  const others = rulesOf(org, row.policyId).filter((other) => other.id !== row.id);
  renumber(org.store.authorizationServerRules, denseWith(others, row, wanted));
}

interface RankedTable {
  get(id: string): Ranked | undefined;
  patch(id: string, change: { priority: number }): unknown;
}

function renumber(table: RankedTable, priorities: Map<string, number>): void {
  for (const [id, priority] of priorities) {
    if (table.get(id)?.priority !== priority) table.patch(id, { priority });
  }
}

export function renderPolicy(
  server: AuthorizationServerEntity,
  { serverId: _server, type, ...row }: Policy,
  baseUrl: string,
): AuthorizationServerPolicy {
  const self = `${pathOf(server, baseUrl)}/policies/${row.id}`;
  const links = {
    self: link(self, 'GET', 'PUT', 'DELETE'),
    rules: link(`${self}/rules`, 'GET'),
    ...lifecycleLink(row.status, self),
  };
  return { ...row, _links: links, type };
}

export function renderRule(
  server: AuthorizationServerEntity,
  { serverId: _server, policyId, type, ...row }: Rule,
  baseUrl: string,
): AuthorizationServerPolicyRule {
  const self = `${pathOf(server, baseUrl)}/policies/${policyId}/rules/${row.id}`;
  return { ...row, _links: { self: link(self, 'GET', 'PUT', 'DELETE'), ...lifecycleLink(row.status, self) }, type };
}
