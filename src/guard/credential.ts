/** The credential that orgproof itself works with: it must not take away its own. */
import { isForbidden, type OktaApi } from '../okta/api.ts';
import type { Reader } from '../okta/reader.ts';
import type { Application, ScopeGrant } from '../wire/application.ts';
import type { Group, RoleAssignment, User } from '../wire/directory.ts';
import type { DryRun } from './dry-run.ts';
import type { Finding } from './findings.ts';
import { readSomeone } from './people.ts';

export interface CredentialQuestion {
  /** The org before. */
  org: Reader;
  /** The org after. */
  after: DryRun;
  /** Of the service app that we are; undefined for an API token, whose user the org tells. */
  clientId: string | undefined;
  addressOf(id: string): string | undefined;
}

/** @returns what the plan would take from the credential, or a note when the org does not say whose it is */
export async function credentialFindings(
  question: CredentialQuestion,
): Promise<{ findings: Finding[]; notes: string[] }> {
  try {
    const { clientId } = question;
    const findings = clientId === undefined ? await tokenFindings(question) : await appFindings(question, clientId);
    return { findings, notes: [] };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return {
      findings: [],
      notes: ['the org does not say whose the API token is: whether it stays valid was not looked at'],
    };
  }
}

const USER_WRITE = /^\/api\/v1\/users\/[^/]+(\/lifecycle\/\w+)?$/;
const GROUP = /^\/api\/v1\/groups\/[^/]+$/;

/** An API token has the permissions of its user, and dies with the user. */
async function tokenFindings({ org, after, addressOf }: CredentialQuestion): Promise<Finding[]> {
  const groupIds = after.writes.filter(({ method, path }) => method === 'DELETE' && GROUP.test(path)).map(idOf);
  const users = after.writes.some(
    ({ method, path }) => USER_WRITE.test(path) && (method !== 'POST' || path.includes('/lifecycle/')),
  );
  if (groupIds.length === 0 && !users) return [];
  const me = await org.get<User>('/api/v1/users/me');
  const then = await readSomeone(after, me.id);
  if (!then?.maySignIn) {
    const reason = `the API token that orgproof uses belongs to ${me.profile.login}, who would be ${then ? 'deactivated' : 'deleted'}`;
    return [{ address: addressOf(me.id) ?? '', reason }];
  }
  return rolesLost(org, me, groupIds, addressOf);
}

/** Roles that come from groups go with the groups. */
async function rolesLost(
  org: Reader,
  me: User,
  deleted: readonly string[],
  addressOf: CredentialQuestion['addressOf'],
): Promise<Finding[]> {
  if (deleted.length === 0) return [];
  const own = await org.list<Group>(`/api/v1/users/${me.id}/groups`);
  const mine = deleted.filter((id) => own.some((group) => group.id === id));
  if (mine.length === 0) return [];
  const roles = await org.list<RoleAssignment>(`/api/v1/users/${me.id}/roles`);
  const going = (await Promise.all(mine.map((id) => org.list<RoleAssignment>(`/api/v1/groups/${id}/roles`)))).flat();
  if (roles.length === 0 || roles.length > going.length) return [];
  const names = going.map((role) => role.label).join(', ');
  const reason = `the API token that orgproof uses belongs to ${me.profile.login}, whose only admin role (${names}) comes from this group`;
  return mine.map((id) => ({ address: addressOf(id) ?? '', reason }));
}

const APP_WRITE = /^\/api\/v1\/apps\/[^/]+/;

/**
 * A service app gets tokens as long as it is active, may use client credentials, and proves itself by its key; with them it
 * may do what it was granted.
 */
async function appFindings({ org, after, addressOf }: CredentialQuestion, clientId: string): Promise<Finding[]> {
  if (!after.writes.some(({ path, onNew }) => !onNew && APP_WRITE.test(path))) return [];
  const before = await appOf(org, clientId);
  if (!before || whatIsLost(before) !== undefined) return [];
  const now = await appOf(after, clientId);
  const lost = whatIsLost(now) ?? keysLost(before, now) ?? (await scopesLost(org, after, before));
  if (lost === undefined) return [];
  return [
    { address: addressOf(before.id) ?? '', reason: `orgproof itself signs in as "${before.label}", which ${lost}` },
  ];
}

/** Which of its keys we use, the org does not say: as long as one stays, it may be that. */
function keysLost(before: Application, now: Application | undefined): string | undefined {
  const [had, has] = [keysOf(before), keysOf(now)];
  return had.some((key) => has.includes(key)) ? undefined : 'would know none of the keys any more that it had';
}

/** Where Okta finds the keys, or the keys themselves. */
function keysOf(app: Application | undefined): string[] {
  const { jwks, jwks_uri: url } = app?.settings.oauthClient ?? {};
  const active = (jwks?.keys ?? []).filter(({ status }) => status !== 'INACTIVE');
  return [...(url === undefined ? [] : [url]), ...active.map(({ kid, n, x }) => JSON.stringify([kid, n, x]))];
}

async function scopesLost(org: Reader, after: DryRun, { id }: Application): Promise<string | undefined> {
  const grants = `/api/v1/apps/${id}/grants`;
  const taken = after.writes
    .filter(({ method, path }) => method === 'DELETE' && path.startsWith(`${grants}/`))
    .map(idOf);
  if (taken.length === 0) return undefined;
  const lost = (await org.list<ScopeGrant>(grants)).filter((grant) => taken.includes(grant.id));
  return `would lose its ${lost.map(({ scopeId }) => scopeId).join(', ')}`;
}

async function appOf(api: Pick<OktaApi, 'list'>, clientId: string): Promise<Application | undefined> {
  const apps = await api.list<Application>('/api/v1/apps?limit=200');
  return apps.find((app) => (app.credentials.oauthClient?.client_id ?? app.id) === clientId);
}

function whatIsLost(app: Application | undefined): string | undefined {
  if (!app) return 'would be deleted';
  if (app.status !== 'ACTIVE') return 'would be inactive';
  if (!app.settings.oauthClient?.grant_types?.includes('client_credentials'))
    return 'would lose the grant client credentials';
  if (app.credentials.oauthClient?.token_endpoint_auth_method !== 'private_key_jwt')
    return 'would no longer prove itself by its private key';
  return undefined;
}

function idOf({ path }: { path: string }): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
