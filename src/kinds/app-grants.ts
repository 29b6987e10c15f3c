/** Which scopes of Okta's own API an app was granted (Applications > Okta API Scopes). */
import { z } from 'zod';
import type { SetValue } from '../engine/kind.ts';
import { isForbidden } from '../okta/api.ts';
import type { ScopeGrant } from '../wire/application.ts';
import type { OrgContext } from './context.ts';
import { setField } from './section.ts';
import { merged } from './sets.ts';

export const oktaApiScopesField = setField(
  z
    .string()
    .refine((scope) => /^okta\.[\w.]+$/.test(scope), 'must be a scope of the Okta API such as okta.users.read')
    .meta({ examples: ['okta.users.read'] }),
  'Scopes of the Okta API that the app may ask for. Granting needs a super admin.',
);

const grantsPath = (appId: string) => `/api/v1/apps/${appId}/grants`;

/** Those that an admin granted; what users consented to for themselves is theirs. */
export async function grantsOf({ reader }: OrgContext, appId: string): Promise<ScopeGrant[]> {
  return (await reader.list<ScopeGrant>(grantsPath(appId))).filter(({ source }) => source !== 'END_USER');
}

/** The same for telling an app; undefined where the credentials may read apps, and not this. */
export async function readableGrants(context: OrgContext, appId: string): Promise<ScopeGrant[] | undefined> {
  try {
    return await grantsOf(context, appId);
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

/** Grants what is wanted and takes back what is not, one by one. */
export async function grantScopes(
  { api }: OrgContext,
  appId: string,
  before: readonly ScopeGrant[],
  wanted: SetValue,
): Promise<void> {
  const had = before.map(({ scopeId }) => scopeId);
  const scopes = merged(had, wanted);
  for (const scopeId of scopes.filter((scope) => !had.includes(scope))) {
    await api.post(grantsPath(appId), { issuer: api.orgUrl, scopeId });
  }
  for (const { id } of before.filter(({ scopeId }) => !scopes.includes(scopeId))) {
    await api.delete(`${grantsPath(appId)}/${id}`);
  }
}
