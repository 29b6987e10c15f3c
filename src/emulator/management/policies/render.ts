import type { Link } from '../../../wire/common.ts';
import type { MfaEnrollSettings, Policy, PolicyRule } from '../../../wire/policy.ts';
import { lifecycleLink, link } from '../../http/links.ts';
import type { Org } from '../../org.ts';
import type { PolicyEntity, PolicyRuleEntity } from '../../store/entities.ts';
import { renderEnrollment } from './settings.ts';

export interface PolicyView {
  /** Lists show what resources an app sign-in policy is for; other answers do not (recorded). */
  inList: boolean;
  rules?: PolicyRule[];
}

/** Okta's own policy for account management: readable, not to be replaced or bound (recorded). */
export function isAccountManagement(row: PolicyEntity): boolean {
  return row.resourceType === 'END_USER_ACCOUNT_MANAGEMENT';
}

export function renderPolicy(org: Org, row: PolicyEntity, baseUrl: string, view: PolicyView): Policy {
  const { type, resourceType, settings, ...rest } = row;
  const embedded = {
    ...(view.inList && resourceType !== undefined ? { resourceType } : {}),
    ...(view.rules ? { rules: view.rules } : {}),
  };
  return {
    ...rest,
    ...(settings ? { settings: type === 'MFA_ENROLL' ? enrollment(org, settings) : settings } : {}),
    _links: policyLinks(row, `${baseUrl}/api/v1/policies/${row.id}`),
    ...(Object.keys(embedded).length > 0 ? { _embedded: embedded } : {}),
    type,
  };
}

function enrollment(org: Org, settings: Record<string, unknown>): Record<string, unknown> {
  return { ...renderEnrollment(org, settings as unknown as MfaEnrollSettings) };
}

function policyLinks(row: PolicyEntity, self: string): Record<string, Link> {
  const rules = link(`${self}/rules`, 'GET', 'POST');
  if (isAccountManagement(row)) return { self: link(self, 'GET'), rules };
  if (row.system) return { self: link(self, 'GET', 'PUT'), rules };
  return {
    mappings: link(`${self}/mappings`, 'GET', 'POST'),
    self: link(self, 'GET', 'PUT', 'DELETE'),
    rules,
    ...lifecycleLink(row.status, self),
  };
}

export function renderRule(row: PolicyRuleEntity, baseUrl: string): PolicyRule {
  const self = `${baseUrl}/api/v1/policies/${row.policyId}/rules/${row.id}`;
  return {
    id: row.id,
    status: row.status,
    name: row.name,
    priority: row.priority,
    created: row.created,
    lastUpdated: row.lastUpdated,
    system: row.system,
    conditions: row.conditions,
    actions: row.actions,
    _links: row.system
      ? { self: link(self, 'GET', 'PUT') }
      : { self: link(self, 'GET', 'PUT', 'DELETE'), ...lifecycleLink(row.status, self) },
    type: row.type,
  };
}
