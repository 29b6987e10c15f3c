/**
 * What the Management API writes into the System Log: one event for each successful change that a reader looks for, by a
 * table of routes, so that no handler has to think of it. Event types and sentences are of Okta's event type catalog.
 */
import type { MiddlewareHandler } from 'hono';
import { foldedLogin } from '../../shared/login.ts';
import type { AppContext, AppEnv } from '../http/context.ts';
import type { Org } from '../org.ts';
import {
  appParty,
  FACTOR_ACTIVATED,
  groupParty,
  type LogParty,
  policyParty,
  recordEvent,
  ruleParty,
  userParty,
} from '../system-log/record.ts';

/** A change: how it is asked for, what it is called, and what it is done to. Targets are named by path, or by the answer. */
interface Change {
  method: string;
  /** With `:kind` where an id stands; the kinds are those of {@link PARTIES}. */
  path: string;
  eventType: string;
  message: string;
  /** The kind of the object that the answer shows, for what is created. */
  creates?: string;
  /** Whether the change that was asked for has come about, by the answer; always, unless said. */
  done?: (answer: Readonly<Record<string, unknown>>) => boolean;
}

const USER = '/api/v1/users/:user';
const GROUP = '/api/v1/groups/:group';
const POLICY = '/api/v1/policies/:policy';
const RULE = `${POLICY}/rules/:rule`;
const APP = '/api/v1/apps/:app';
const ZONE = '/api/v1/zones/:zone';
const HOOK = '/api/v1/inlineHooks/:hook';
const ORIGIN = '/api/v1/trustedOrigins/:origin';
const SERVER = '/api/v1/authorizationServers/:server';
const BRAND = '/api/v1/brands/:brand';

const CHANGES: readonly Change[] = [
  change('POST', '/api/v1/users', 'user.lifecycle.create', 'Create Okta user', 'user'),
  change('PUT', USER, 'user.account.update_profile', 'Update user profile for Okta'),
  change('POST', USER, 'user.account.update_profile', 'Update user profile for Okta'),
  change('POST', `${USER}/lifecycle/activate`, 'user.lifecycle.activate', 'Activate Okta user'),
  change('POST', `${USER}/lifecycle/reactivate`, 'user.lifecycle.reactivate', 'Reactivate Okta user'),
  change('POST', `${USER}/lifecycle/deactivate`, 'user.lifecycle.deactivate', 'Deactivate Okta user'),
  change('POST', `${USER}/lifecycle/suspend`, 'user.lifecycle.suspend', 'Suspend Okta user'),
  change('POST', `${USER}/lifecycle/unsuspend`, 'user.lifecycle.unsuspend', 'Unsuspend Okta user'),
  change('POST', `${USER}/lifecycle/unlock`, 'user.account.unlock', 'Unlock Okta account'),
  change('POST', `${USER}/lifecycle/reset_factors`, 'user.mfa.factor.reset_all', 'Reset all factors for user'),
  change(
    'POST',
    `${USER}/lifecycle/reset_password`,
    'user.account.reset_password',
    "Fired when the user's Okta password is reset",
  ),
  change('POST', `${USER}/lifecycle/expire_password`, 'user.account.expire_password', "Expire a user's Okta password"),
  change(
    'POST',
    `${USER}/lifecycle/expire_password_with_temp_password`,
    'user.account.expire_password',
    "Expire a user's Okta password",
  ),
  change(
    'POST',
    `${USER}/credentials/change_password`,
    'user.account.update_password',
    'User update password for Okta',
  ),
  // The first DELETE deactivates, the second deletes: which one it was shows afterwards.
  change('DELETE', USER, 'user.lifecycle.delete.initiated', 'Delete Okta user initiated'),
  change('DELETE', `${USER}/sessions`, 'user.session.clear', 'Clear user session'),
  factorActivation(`${USER}/factors`),
  factorActivation(`${USER}/factors/:factor/lifecycle/activate`),
  change('DELETE', `${USER}/factors/:factor`, 'user.mfa.factor.deactivate', 'Reset factor for user'),
  change('POST', `${USER}/roles`, 'user.account.privilege.grant', 'Grant user privilege'),
  change('DELETE', `${USER}/roles/:role`, 'user.account.privilege.revoke', 'Revoke user privilege'),
  change('POST', '/api/v1/groups', 'group.lifecycle.create', 'Create Okta group', 'group'),
  change('PUT', GROUP, 'group.profile.update', 'Update Okta group profile'),
  change('DELETE', GROUP, 'group.lifecycle.delete', 'Delete Okta group'),
  change('PUT', `${GROUP}/users/:user`, 'group.user_membership.add', 'Add user to group membership'),
  change('DELETE', `${GROUP}/users/:user`, 'group.user_membership.remove', 'Remove user from group membership'),
  change('POST', '/api/v1/groups/rules', 'group.rule.create', 'Create group rule', 'groupRule'),
  change('PUT', '/api/v1/groups/rules/:groupRule', 'group.rule.update', 'Update group rule'),
  change('DELETE', '/api/v1/groups/rules/:groupRule', 'group.rule.delete', 'Delete group rule'),
  change('POST', '/api/v1/groups/rules/:groupRule/lifecycle/activate', 'group.rule.activate', 'Activate group rule'),
  change(
    'POST',
    '/api/v1/groups/rules/:groupRule/lifecycle/deactivate',
    'group.rule.deactivate',
    'Deactivate group rule',
  ),
  change('POST', '/api/v1/policies', 'policy.lifecycle.create', 'Create policy', 'policy'),
  change('PUT', POLICY, 'policy.lifecycle.update', 'Update policy'),
  change('DELETE', POLICY, 'policy.lifecycle.delete', 'Delete policy'),
  change('POST', `${POLICY}/lifecycle/activate`, 'policy.lifecycle.activate', 'Activate policy'),
  change('POST', `${POLICY}/lifecycle/deactivate`, 'policy.lifecycle.deactivate', 'Deactivate policy'),
  change('POST', `${POLICY}/rules`, 'policy.rule.add', 'Add policy rule', 'rule'),
  change('PUT', RULE, 'policy.rule.update', 'Update policy rule'),
  change('DELETE', RULE, 'policy.rule.delete', 'Delete policy rule'),
  change('POST', `${RULE}/lifecycle/activate`, 'policy.rule.activate', 'Activate policy rule'),
  change('POST', `${RULE}/lifecycle/deactivate`, 'policy.rule.deactivate', 'Deactivate policy rule'),
  change('POST', '/api/v1/apps', 'application.lifecycle.create', 'Create application', 'app'),
  change('PUT', APP, 'application.lifecycle.update', 'Update application'),
  change('DELETE', APP, 'application.lifecycle.delete', 'Delete application'),
  change('POST', `${APP}/lifecycle/activate`, 'application.lifecycle.activate', 'Activate application'),
  change('POST', `${APP}/lifecycle/deactivate`, 'application.lifecycle.deactivate', 'Deactivate application'),
  change('PUT', `${APP}/policies/:policy`, 'application.policy.sign_on.update', 'Update application sign on policy'),
  change('PUT', `${APP}/groups/:group`, 'group.application_assignment.add', 'Add assigned application to group'),
  change(
    'DELETE',
    `${APP}/groups/:group`,
    'group.application_assignment.remove',
    'Remove assigned application from group',
  ),
  change('POST', `${APP}/users`, 'application.user_membership.add', 'Add user to application membership', 'user'),
  change('DELETE', `${APP}/users/:user`, 'application.user_membership.remove', "Remove user's application membership"),
  change('PUT', '/api/v1/api-tokens/:token', 'system.api_token.update', 'Update API token'),
  change('DELETE', '/api/v1/api-tokens/:token', 'system.api_token.revoke', 'Revoke API token'),
  change('POST', '/api/v1/zones', 'zone.create', 'Create network zone', 'zone'),
  change('PUT', ZONE, 'zone.update', 'Update network zone'),
  change('DELETE', ZONE, 'zone.delete', 'Delete network zone'),
  change('POST', `${ZONE}/lifecycle/activate`, 'zone.activate', 'Activate network zone'),
  change('POST', `${ZONE}/lifecycle/deactivate`, 'zone.deactivate', 'Deactivate network zone'),
  change('POST', '/api/v1/trustedOrigins', 'security.trusted_origin.create', 'Trusted origin created', 'origin'),
  change('PUT', ORIGIN, 'security.trusted_origin.update', 'Trusted origin updated'),
  change('DELETE', ORIGIN, 'security.trusted_origin.delete', 'Trusted origin deleted'),
  change('POST', `${ORIGIN}/lifecycle/activate`, 'security.trusted_origin.activate', 'Trusted origin activated'),
  change('POST', `${ORIGIN}/lifecycle/deactivate`, 'security.trusted_origin.deactivate', 'Trusted origin deactivated'),
  change('POST', '/api/v1/authorizationServers', 'oauth2.as.created', 'Authorization server is created', 'server'),
  change('PUT', SERVER, 'oauth2.as.updated', 'Authorization server is updated'),
  change('DELETE', SERVER, 'oauth2.as.deleted', 'Authorization server is deleted'),
  change('POST', `${SERVER}/lifecycle/activate`, 'oauth2.as.activated', 'Authorization server is activated'),
  change('POST', `${SERVER}/lifecycle/deactivate`, 'oauth2.as.deactivated', 'Authorization server is deactivated'),
  change('POST', `${SERVER}/scopes`, 'oauth2.scope.created', 'OAuth2 scope is created', 'scope'),
  change('PUT', `${SERVER}/scopes/:scope`, 'oauth2.scope.updated', 'OAuth2 scope is updated'),
  change('DELETE', `${SERVER}/scopes/:scope`, 'oauth2.scope.deleted', 'OAuth2 scope is deleted'),
  change('POST', `${SERVER}/claims`, 'oauth2.claim.created', 'OAuth2 claim is created', 'claim'),
  change('PUT', `${SERVER}/claims/:claim`, 'oauth2.claim.updated', 'OAuth2 claim is updated'),
  change('DELETE', `${SERVER}/claims/:claim`, 'oauth2.claim.deleted', 'OAuth2 claim is deleted'),
  change('POST', '/api/v1/brands', 'system.brand.create', 'Brand is created', 'brand'),
  change('PUT', BRAND, 'system.brand.update', 'Brand is updated'),
  change('DELETE', BRAND, 'system.brand.delete', 'Brand is deleted'),
  change('POST', '/api/v1/features/:feature/enable', 'system.feature.enable', 'Self service feature enabled'),
  change('POST', '/api/v1/features/:feature/disable', 'system.feature.disable', 'Self service feature disabled'),
  change('POST', '/api/v1/inlineHooks', 'inline_hook.created', 'Inline hook created', 'hook'),
  change('PUT', HOOK, 'inline_hook.updated', 'Inline hook updated'),
  change('DELETE', HOOK, 'inline_hook.deleted', 'Inline hook deleted'),
  change('POST', `${HOOK}/lifecycle/activate`, 'inline_hook.activated', 'Inline hook activated'),
  change('POST', `${HOOK}/lifecycle/deactivate`, 'inline_hook.deactivated', 'Inline hook deactivated'),
  change(
    'POST',
    '/api/v1/authenticators/:authenticator/lifecycle/activate',
    'security.authenticator.lifecycle.activate',
    'Authenticator activated',
  ),
  change(
    'POST',
    '/api/v1/authenticators/:authenticator/lifecycle/deactivate',
    'security.authenticator.lifecycle.deactivate',
    'Authenticator deactivated',
  ),
  change(
    'PUT',
    '/api/v1/authenticators/:authenticator',
    'security.authenticator.lifecycle.update',
    'Authenticator updated',
  ),
  change(
    'POST',
    '/api/v1/authenticators',
    'security.authenticator.lifecycle.create',
    'Authenticator created',
    'authenticator',
  ),
];

function change(method: string, path: string, eventType: string, message: string, creates?: string): Change {
  return { method, path, eventType, message, ...(creates === undefined ? {} : { creates }) };
}

/** A factor may stay pending. One of push notifications is activated by the phone, which logs it; here it is polled for. */
function factorActivation(path: string): Change {
  const { eventType, displayMessage } = FACTOR_ACTIVATED;
  const done: Change['done'] = ({ status, factorType }) => status === 'ACTIVE' && factorType !== 'push';
  return { ...change('POST', path, eventType, displayMessage), done };
}

type Find = (org: Org, id: string) => LogParty | undefined;

/** An object with a name of its own: all that the log says of the rarer kinds. */
function named(type: string, row: { id: string; name: string } | undefined): LogParty | undefined {
  return row && { id: row.id, type, displayName: row.name };
}

/** The default one goes by that name too. */
function serverNamed({ authorizationServers }: Org['store'], id: string) {
  return authorizationServers.get(id) ?? authorizationServers.values().find((row) => id === 'default' && row.default);
}

function shown<T>(row: T | undefined, party: (row: T) => LogParty): LogParty | undefined {
  return row && party(row);
}

const PARTIES: Readonly<Record<string, Find>> = {
  user: ({ store }, id) => shown(store.users.get(id) ?? store.users.find('login', foldedLogin(id)), userParty),
  group: ({ store }, id) => shown(store.groups.get(id), groupParty),
  groupRule: ({ store }, id) => named('GroupRule', store.groupRules.get(id)),
  policy: ({ store }, id) => shown(store.policies.get(id), policyParty),
  rule: ({ store }, id) => shown(store.policyRules.get(id), ruleParty),
  app: ({ store }, id) => shown(store.apps.get(id), appParty),
  token: ({ store }, id) => named('Token', id === 'current' ? store.apiTokens.values()[0] : store.apiTokens.get(id)),
  zone: ({ store }, id) => named('NetworkZone', store.zones.get(id)),
  hook: ({ store }, id) => named('InlineHook', store.inlineHooks.get(id)),
  origin: ({ store }, id) => named('TrustedOrigin', store.trustedOrigins.get(id)),
  server: ({ store }, id) => named('AuthorizationServer', serverNamed(store, id)),
  scope: ({ store }, id) => named('Scope', store.scopes.get(id)),
  claim: ({ store }, id) => named('Claim', store.claims.get(id)),
  brand: ({ store }, id) => named('Brand', store.brands.get(id)),
  feature: ({ store }, id) => named('Feature', store.features.get(id)),
  authenticator: ({ store }, id) => named('Authenticator', store.authenticators.get(id)),
};

interface Compiled extends Change {
  pattern: RegExp;
  kinds: string[];
}

/** The changes by method and first path segment, so that a request looks at a few patterns only. */
const BY_AREA = new Map<string, Compiled[]>();
for (const one of CHANGES) {
  const kinds = [...one.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const pattern = new RegExp(`^${one.path.replaceAll(/:\w+/g, '([^/]+)')}$`);
  const area = areaOf(one.method, one.path);
  BY_AREA.set(area, [...(BY_AREA.get(area) ?? []), { ...one, pattern, kinds }]);
}

function areaOf(method: string, path: string): string {
  return `${method} ${path.split('/')[3]}`;
}

/** Writes the event of a change once it succeeded. What it was done to is looked up before, since a deletion leaves nothing. */
export function audit(org: Org): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.method === 'GET') return next();
    const found = lookUp(org, c);
    await next();
    if (!found || c.res.status >= 300) return;
    const { eventType, message, creates, done } = settle(org, found);
    if (done && !done(await answerOf(c))) return;
    const made = creates === undefined ? undefined : createdParty(org, await answerOf(c), creates);
    const target = [...(made ? [made] : []), ...found.target];
    const actor = PARTIES.user?.(org, c.get('principal').userId);
    recordEvent(org, {
      eventType,
      displayMessage: message,
      ...(actor ? { actor } : {}),
      target,
      debugData: { requestUri: c.req.path },
    });
  };
}

function settle(org: Org, { change, target }: { change: Compiled; target: LogParty[] }): Change {
  const userId = target[0]?.id;
  const deactivated = change.eventType === 'user.lifecycle.delete.initiated' && userId !== undefined;
  if (!deactivated || !org.store.users.get(userId)) return change;
  return { ...change, eventType: 'user.lifecycle.deactivate', message: 'Deactivate Okta user' };
}

function lookUp(org: Org, c: AppContext): { change: Compiled; target: LogParty[] } | undefined {
  for (const candidate of BY_AREA.get(areaOf(c.req.method, c.req.path)) ?? []) {
    const match = candidate.pattern.exec(c.req.path);
    if (!match) continue;
    const ids = match.slice(1).map(decode);
    const target = candidate.kinds.flatMap((kind, index) => {
      const id = ids[index] === 'me' ? c.get('principal').userId : (ids[index] ?? '');
      return PARTIES[kind]?.(org, id) ?? [];
    });
    return { change: candidate, target };
  }
  return undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

async function answerOf(c: AppContext): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await c.res.clone().json();
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

function createdParty(org: Org, { id }: Readonly<Record<string, unknown>>, kind: string): LogParty | undefined {
  return typeof id === 'string' ? PARTIES[kind]?.(org, id) : undefined;
}
