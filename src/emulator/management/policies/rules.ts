/** Rules of policies as the org changes them. Routes are in `routes.ts`. */
import type { PolicyRuleActions, PolicyRuleType } from '../../../wire/policy.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { PolicyEntity, PolicyRuleEntity } from '../../store/entities.ts';
import { integer, type Json, record, requiredText } from '../input.ts';
import { isV2, readOnlyAttribute, readOnlyObject } from './common.ts';
import { assertGroupsExist, readConditions, ruleConditions, sameJson } from './conditions.ts';
import { denseWith, denseWithout, hasRoom, sparseWith } from './priority.ts';
import { readActions } from './rule-actions.ts';

const NAME_LENGTH = 50;

/** The rules of a policy, first to last. */
export function rulesOf(org: Org, policyId: string): PolicyRuleEntity[] {
  return org.store.policyRules.findAll('policyId', policyId).sort((a, b) => a.priority - b.priority);
}

export function findRule(org: Org, policyId: string, ruleId: string): PolicyRuleEntity {
  const row = org.store.policyRules.get(ruleId);
  if (!row || row.policyId !== policyId) throw notFound(ruleId, 'PolicyRule');
  return row;
}

function ruleTypeOf(policy: PolicyEntity): PolicyRuleType {
  return policy.type === 'OKTA_SIGN_ON' ? 'SIGN_ON' : policy.type;
}

/**
 * The rule that Okta puts into a new v2 policy (recorded). That of an app sign-in policy demands a device-bound factor,
 * which password and phone do not meet.
 */
export function addCatchAll(org: Org, policy: PolicyEntity): void {
  const now = orgNow(org);
  org.store.policyRules.put({
    id: org.ids.next('rul'),
    policyId: policy.id,
    type: ruleTypeOf(policy),
    status: 'ACTIVE',
    name: 'Catch-all Rule',
    priority: 99,
    system: true,
    conditions: null,
    actions: catchAllActions(org, policy),
    created: now,
    lastUpdated: now,
  });
}

function catchAllActions(org: Org, policy: PolicyEntity): PolicyRuleActions {
  if (policy.type === 'ACCESS_POLICY') {
    return {
      appSignOn: {
        access: 'ALLOW',
        verificationMethod: {
          factorMode: '2FA',
          type: 'ASSURANCE',
          reauthenticateIn: 'PT12H',
          constraints: [{ possession: { required: true, deviceBound: 'REQUIRED' } }],
        },
        keepMeSignedIn: { postAuth: 'NOT_ALLOWED' },
      },
    };
  }
  return {
    profileEnrollment: {
      access: 'ALLOW',
      preRegistrationInlineHooks: null,
      profileAttributes: [
        { name: 'firstName', label: 'First name', required: true },
        { name: 'email', label: 'Primary email', required: true },
      ],
      targetGroupIds: null,
      unknownUserAction: 'REGISTER',
      activationRequirements: { emailVerification: true },
      uiSchemaId: org.ids.next('uis'),
      progressiveProfilingAction: 'ENABLED',
      allowedIdentifiers: ['login'],
    },
  };
}

/** A new rule is ACTIVE whatever its body says; `?activate=false` starts it INACTIVE (recorded). */
export function createRule(org: Org, policy: PolicyEntity, body: Json, active: boolean): PolicyRuleEntity {
  if (policy.type === 'PROFILE_ENROLLMENT') throw readOnlyObject('PolicyRule');
  const type = ruleTypeOf(policy);
  assertType(type, body);
  const name = requiredText('name', body.name, NAME_LENGTH);
  assertNameFree(org, policy.id, name);
  // named assumption `refusal-texts`
  if (isV2(policy.type) && !hasRoom(rulesOf(org, policy.id))) {
    throw invalid('priority', 'priority: There is no priority left before the catch-all rule.');
  }
  const conditions = ruleConditions(type, readConditions(body.conditions));
  assertGroupsExist(org, conditions);
  const now = orgNow(org);
  const row: PolicyRuleEntity = {
    id: org.ids.next(isV2(policy.type) ? 'rul' : '0pr'),
    policyId: policy.id,
    status: active ? 'ACTIVE' : 'INACTIVE',
    name,
    priority: 0,
    created: now,
    lastUpdated: now,
    system: false,
    conditions,
    actions: readActions(type, body.actions),
    type,
  };
  org.store.policyRules.put(row);
  place(org, row, integer(body.priority));
  return findRule(org, policy.id, row.id);
}

export function replaceRule(org: Org, policy: PolicyEntity, row: PolicyRuleEntity, body: Json): PolicyRuleEntity {
  assertType(row.type, body);
  const name = requiredText('name', body.name, NAME_LENGTH);
  if (row.system) assertSystemUnchanged(policy, row, name, body);
  else assertNameFree(org, policy.id, name, row.id);
  const given = readConditions(body.conditions);
  const conditions = row.system ? row.conditions : ruleConditions(row.type, given);
  assertGroupsExist(org, conditions, row.conditions);
  const changed: PolicyRuleEntity = {
    ...row,
    name,
    conditions,
    actions: readActions(row.type, body.actions, row.system ? row.actions : undefined),
    lastUpdated: orgNow(org),
  };
  org.store.policyRules.put(changed);
  const wanted = integer(body.priority);
  if (!row.system && wanted !== undefined && wanted !== row.priority) place(org, changed, wanted);
  return findRule(org, policy.id, row.id);
}

function assertType(type: PolicyRuleType, body: Json): void {
  if (body.type !== undefined && body.type !== null && body.type !== type) {
    throw invalid('type', `type: The type of the rule must be ${type}.`);
  }
}

/** Named assumption `rule-names-unique`. */
function assertNameFree(org: Org, policyId: string, name: string, except?: string): void {
  if (rulesOf(org, policyId).some((row) => row.name === name && row.id !== except)) {
    throw invalid('name', 'name: Policy rule name already in use');
  }
}

/** Of a system rule only the actions change. A v2 catch-all takes no conditions at all; v1 ones may be echoed. */
function assertSystemUnchanged(policy: PolicyEntity, row: PolicyRuleEntity, name: string, body: Json): void {
  if (name !== row.name) throw readOnlyAttribute('name');
  const priority = integer(body.priority);
  if (priority !== undefined && priority !== row.priority) throw readOnlyAttribute('priority');
  const conditions = record(body.conditions);
  if (!conditions || (isV2(policy.type) && Object.keys(conditions).length === 0)) return;
  if (!sameJson(conditions, row.conditions)) throw readOnlyAttribute('conditions');
}

export function deleteRule(org: Org, policy: PolicyEntity, row: PolicyRuleEntity): void {
  if (row.system) throw readOnlyObject('PolicyRule');
  org.store.policyRules.delete(row.id);
  if (!isV2(policy.type)) renumber(org, denseWithout(rulesOf(org, policy.id)));
}

export function setRuleStatus(org: Org, row: PolicyRuleEntity, status: 'ACTIVE' | 'INACTIVE'): void {
  if (row.system && status === 'INACTIVE') throw readOnlyObject('PolicyRule');
  if (row.status !== status) org.store.policyRules.patch(row.id, { status, lastUpdated: orgNow(org) });
}

function place(org: Org, row: PolicyRuleEntity, wanted: number | undefined): void {
  const others = rulesOf(org, row.policyId).filter((other) => other.id !== row.id);
  const v2 = row.type === 'ACCESS_POLICY' || row.type === 'PROFILE_ENROLLMENT';
  renumber(org, v2 ? sparseWith(others, row, wanted) : denseWith(others, row, wanted));
}

function renumber(org: Org, priorities: Map<string, number>): void {
  for (const [id, priority] of priorities) {
    if (org.store.policyRules.get(id)?.priority !== priority) {
      org.store.policyRules.patch(id, { priority, lastUpdated: orgNow(org) });
    }
  }
}
