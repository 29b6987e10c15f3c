/** Policies as the org changes them: create, replace, delete, lifecycle. Routes are in `routes.ts`. */
import type { Policy, PolicyType } from '../../../wire/policy.ts';
import { invalid, notFound, OktaError } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { PolicyEntity } from '../../store/entities.ts';
import { integer, type Json, record, requiredText, text } from '../input.ts';
import { isV2, readOnlyAttribute, readOnlyObject } from './common.ts';
import { assertGroupsExist, readConditions, sameJson } from './conditions.ts';
import { denseWith, denseWithout } from './priority.ts';
import { isAccountManagement } from './render.ts';
import { addCatchAll, rulesOf } from './rules.ts';
import { readSettings } from './settings.ts';

const NAME_LENGTH = 50;

/** Types whose policies apply to groups, in order of priority. */
const GROUP_TYPES: readonly PolicyType[] = ['MFA_ENROLL', 'OKTA_SIGN_ON', 'PASSWORD'];

/** Policies of a type in Okta's order: v1 by priority, v2 as they were made. */
export function policiesOf(org: Org, type: PolicyType): PolicyEntity[] {
  const rows = org.store.policies.findAll('type', type);
  return isV2(type) ? rows : rows.sort((a, b) => a.priority - b.priority);
}

export function findPolicy(org: Org, id: string): PolicyEntity {
  const row = org.store.policies.get(id);
  if (!row) throw notFound(id, 'Policy');
  return row;
}

export function createPolicy(org: Org, type: PolicyType, body: Json, active: boolean): PolicyEntity {
  const name = requiredText('name', body.name, NAME_LENGTH);
  assertNameFree(org, type, name);
  if (type === 'IDP_DISCOVERY') throw invalid('type', 'type: Only one policy of this type is allowed.');
  const conditions = readGroupConditions(org, type, body);
  const settings = readSettings(org, type, body.settings, false);
  const now = orgNow(org);
  const row: PolicyEntity = {
    id: org.ids.next(isV2(type) ? 'rst' : '00p'),
    status: active ? 'ACTIVE' : 'INACTIVE',
    name,
    ...describe(body),
    priority: 1,
    system: false,
    conditions,
    created: now,
    lastUpdated: now,
    ...(settings ? { settings } : {}),
    type,
    ...(type === 'ACCESS_POLICY' ? { resourceType: 'APP' } : {}),
  };
  org.store.policies.put(row);
  if (isV2(type)) addCatchAll(org, row);
  else place(org, row, integer(body.priority));
  return findPolicy(org, row.id);
}

function describe(body: Json): Pick<Policy, 'description'> {
  const description = text(body.description);
  return description === undefined ? {} : { description };
}

/** Conditions of v1 policies name groups. MFA_ENROLL without conditions is a 500 in Okta (recorded by its users). */
function readGroupConditions(
  org: Org,
  type: PolicyType,
  body: Json,
  before?: PolicyEntity,
): PolicyEntity['conditions'] {
  const conditions = readConditions(body.conditions);
  if (!GROUP_TYPES.includes(type)) return null;
  if (!conditions && type === 'MFA_ENROLL') throw new OktaError(500, 'E0000009', 'Internal Server Error');
  if ((conditions?.people?.groups?.include ?? []).length === 0) {
    throw invalid(
      'conditions.people.groups.include',
      'conditions.people.groups.include: The field cannot be left blank',
    );
  }
  assertGroupsExist(org, conditions, before?.conditions);
  const provider = type === 'PASSWORD' ? { authProvider: { provider: 'OKTA', ...conditions?.authProvider } } : {};
  return { ...conditions, ...provider };
}

function assertNameFree(org: Org, type: PolicyType, name: string, except?: string): void {
  const taken = org.store.policies.findAll('type', type).filter((row) => row.name === name && row.id !== except);
  if (taken.length > 0) throw invalid('name', 'name: Policy name already in use');
}

/** Puts a v1 policy at its place among its siblings; whoever moves is touched (recorded for the default policy). */
function place(org: Org, row: PolicyEntity, wanted: number | undefined): void {
  const others = org.store.policies.findAll('type', row.type).filter((other) => other.id !== row.id);
  renumber(org, denseWith(others, row, wanted));
}

function renumber(org: Org, priorities: Map<string, number>): void {
  for (const [id, priority] of priorities) {
    if (findPolicy(org, id).priority !== priority) {
      org.store.policies.patch(id, { priority, lastUpdated: orgNow(org) });
    }
  }
}

export function replacePolicy(org: Org, row: PolicyEntity, body: Json): PolicyEntity {
  if (isAccountManagement(row)) throw readOnlyObject('Policy');
  if (body.type !== undefined && body.type !== row.type) throw readOnlyAttribute('type');
  const name = requiredText('name', body.name, NAME_LENGTH);
  if (row.system) assertSystemUnchanged(row, name, body);
  assertNameFree(org, row.type, name, row.id);
  const conditions = row.system ? row.conditions : readGroupConditions(org, row.type, body, row);
  const settings = readSettings(org, row.type, body.settings, row.system);
  const { description: _description, settings: _settings, ...kept } = row;
  const changed: PolicyEntity = {
    ...kept,
    name,
    ...describe(body),
    conditions,
    lastUpdated: orgNow(org),
    ...(settings ? { settings } : {}),
  };
  org.store.policies.put(changed);
  const wanted = integer(body.priority);
  if (!row.system && !isV2(row.type) && wanted !== undefined && wanted !== row.priority) place(org, changed, wanted);
  return findPolicy(org, row.id);
}

/**
 * The default policy of a type: its priority and conditions must be echoed, and v1 ones keep their name. The text for the
 * priority is documented; those for name and conditions follow it.
 */
function assertSystemUnchanged(row: PolicyEntity, name: string, body: Json): void {
  if (!isV2(row.type)) {
    if (name !== row.name) throw readOnlyAttribute('name');
    if (integer(body.priority) !== row.priority) throw readOnlyAttribute('priority');
    if (!sameJson(record(body.conditions) ?? null, row.conditions)) throw readOnlyAttribute('conditions');
  }
}

/**
 * A copy of an app sign-in policy with its rules, for no app yet (OpenAPI 2026.06.3; what it is called is of the named
 * assumption `clone-name`).
 */
export function clonePolicy(org: Org, row: PolicyEntity): PolicyEntity {
  if (row.type !== 'ACCESS_POLICY') throw invalid('type', 'type: Only policies of type ACCESS_POLICY can be cloned.');
  if (isAccountManagement(row)) throw readOnlyObject('Policy');
  const names = new Set(policiesOf(org, row.type).map((policy) => policy.name));
  const stem = `[cloned] ${row.name}`.slice(0, NAME_LENGTH);
  let name = stem;
  for (let copy = 2; names.has(name); copy += 1) name = `${stem.slice(0, NAME_LENGTH - 4)} ${copy}`;
  const now = orgNow(org);
  const clone = org.store.policies.put({
    ...structuredClone(row),
    id: org.ids.next('rst'),
    name,
    system: false,
    created: now,
    lastUpdated: now,
  });
  for (const rule of rulesOf(org, row.id)) {
    org.store.policyRules.put({
      ...structuredClone(rule),
      id: org.ids.next('rul'),
      policyId: clone.id,
      created: now,
      lastUpdated: now,
    });
  }
  return clone;
}

export function deletePolicy(org: Org, row: PolicyEntity): void {
  if (row.system || isAccountManagement(row)) throw readOnlyObject('Policy');
  assertUnassigned(org, row, 'deleted');
  for (const rule of rulesOf(org, row.id)) org.store.policyRules.delete(rule.id);
  org.store.policies.delete(row.id);
  if (!isV2(row.type)) {
    renumber(org, denseWithout(org.store.policies.findAll('type', row.type)));
  }
}

export function setPolicyStatus(org: Org, row: PolicyEntity, status: 'ACTIVE' | 'INACTIVE'): void {
  if (row.system || isAccountManagement(row)) {
    if (status === 'ACTIVE') return;
    throw readOnlyObject('Policy');
  }
  if (status === 'INACTIVE') assertUnassigned(org, row, 'deactivated');
  if (row.status !== status) org.store.policies.patch(row.id, { status, lastUpdated: orgNow(org) });
}

/** Okta refuses both while an app uses the policy (named assumption `refusal-texts`). */
function assertUnassigned(org: Org, row: PolicyEntity, what: string): void {
  if (appsOf(org, row).length > 0) {
    throw invalid('policy', `This policy cannot be ${what} because it is assigned to one or more apps.`);
  }
}

/** Apps that a v2 policy is bound to. */
export function appsOf(org: Org, row: PolicyEntity) {
  return org.store.apps.findAll('policyId', row.id);
}
