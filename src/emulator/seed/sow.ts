/**
 * Puts a seed into a fresh org. All that the org's own Management API can write goes through it, so that what Okta would
 * refuse is refused here too; ids, keys and verified factors, which no API can set, are put in their place directly.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Hono } from 'hono';
import type { AppEnv } from '../http/context.ts';
import { type Org, orgNow } from '../org.ts';
import { normalizePhoneNumber } from '../telephony/phone-numbers.ts';
import { type Json, refused, SeedApi } from './api.ts';
import { configureAuthenticators, configureAuthorizationServers, configureBrand, configureZones } from './configure.ts';
import type { ParsedSeed } from './schema.ts';

type Seeded<Kind extends 'users' | 'groups' | 'apps'> = ParsedSeed[Kind][number];

/** @throws OrgproofError (exit 5) that names the object which the org refuses. */
export async function sow(org: Org, app: Hono<AppEnv>, seed: ParsedSeed): Promise<void> {
  const api = new SeedApi(org, app);
  const sower = new Sower(org, api);
  if (org.store.info && seed.org) Object.assign(org.store.info, seed.org);
  seed.signingKeys.forEach((key, index) => {
    setSigningKey(org, key, `signingKeys[${index}]`);
  });
  await configureAuthorizationServers(api, seed.authorizationServers);
  await configureAuthenticators(api, seed.authenticators);
  await configureZones(api, seed.zones);
  for (const [index, group] of seed.groups.entries()) await sower.group(group, `groups[${index}]`);
  for (const [index, user] of seed.users.entries()) await sower.user(user, `users[${index}]`);
  for (const [index, one] of seed.apps.entries()) await sower.app(one, `apps[${index}]`);
  // After the apps, one of which it may open.
  if (seed.brand) await configureBrand(api, seed.brand);
}

class Sower {
  readonly #org: Org;
  readonly #api: SeedApi;
  readonly #pinned = new Set<string>();

  constructor(org: Org, api: SeedApi) {
    this.#org = org;
    this.#api = api;
  }

  async group({ id, name, description = '' }: Seeded<'groups'>, place: string): Promise<void> {
    await this.#create('/api/v1/groups', { profile: { name, description } }, id, place);
  }

  async user(user: Seeded<'users'>, place: string): Promise<void> {
    const { login, email = login, firstName, lastName, password } = user;
    const groupIds = user.groups.map((name) => this.#groupId(name, place));
    const body = {
      profile: { login, email, firstName, lastName },
      groupIds,
      ...(password === undefined ? {} : { credentials: { password: { value: password } } }),
    };
    const { id } = await this.#create('/api/v1/users?activate=true', body, user.id, place);
    if (user.phone !== undefined) this.#phone(String(id), user.phone, place);
    if (user.googleAuthenticator !== undefined) {
      this.#factor(
        String(id),
        'uft',
        'token:software:totp',
        'GOOGLE',
        { credentialId: login },
        user.googleAuthenticator,
      );
    }
  }

  async app(app: Seeded<'apps'>, place: string): Promise<void> {
    const oauthClient = {
      application_type: app.type,
      grant_types: app.grantTypes,
      redirect_uris: app.redirectUris,
      post_logout_redirect_uris: app.signOutUris,
      ...(app.keys.length === 0 ? {} : { jwks: { keys: app.keys } }),
    };
    const credentials = {
      ...(app.clientId === undefined ? {} : { client_id: app.clientId }),
      ...(app.clientSecret === undefined ? {} : { client_secret: app.clientSecret }),
      ...(app.clientAuthentication === undefined ? {} : { token_endpoint_auth_method: app.clientAuthentication }),
    };
    const body = {
      name: 'oidc_client',
      label: app.label,
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: credentials },
      settings: { oauthClient },
    };
    const created = await this.#create('/api/v1/apps', body, app.id, place);
    for (const name of app.assignedTo) {
      await this.#api.call('PUT', `/api/v1/apps/${String(created.id)}/groups/${this.#groupId(name, place)}`, {}, place);
    }
  }

  #phone(userId: string, typed: string, place: string): void {
    const phoneNumber = normalizePhoneNumber(typed);
    if (phoneNumber === undefined) throw refused(`${place}.phone: ${typed} is not a phone number in E.164`);
    this.#factor(userId, 'sms', 'sms', 'OKTA', { phoneNumber });
    this.#factor(userId, 'clf', 'call', 'OKTA', { phoneNumber });
  }

  #factor(userId: string, prefix: string, factorType: string, provider: string, profile: Json, secret?: string): void {
    const now = orgNow(this.#org);
    this.#org.store.factors.put({
      id: this.#org.ids.next(prefix),
      userId,
      factorType,
      provider,
      vendorName: provider,
      status: 'ACTIVE',
      created: now,
      lastUpdated: now,
      profile,
      ...(secret === undefined ? {} : { secret }),
    });
  }

  #groupId(name: string, place: string): string {
    const group = this.#org.store.groups.values().find((row) => row.profile.name === name);
    if (!group) throw refused(`${place} names the group "${name}", which is neither in the seed nor built in`);
    return group.id;
  }

  async #create(path: string, body: Json, id: string | undefined, place: string): Promise<Json> {
    if (id !== undefined && this.#pinned.has(id)) throw refused(`${place}.id: ${id} is there twice`);
    if (id !== undefined) {
      this.#pinned.add(id);
      this.#org.ids.pin(id);
    }
    return this.#api.call('POST', path, body, place);
  }
}

function setSigningKey(org: Org, seeded: ParsedSeed['signingKeys'][number], place: string): void {
  const { kid, authorizationServer: name } = seeded;
  org.signingKeys.add({ kid, jwk: { ...readKey(seeded.privateKey, place).export({ format: 'jwk' }) } });
  if (name === 'org') {
    if (org.store.info) org.store.info.signingKid = kid;
    return;
  }
  const server = org.store.authorizationServers.values().find((row) => row.name === name);
  if (!server) throw refused(`${place} names the authorization server "${name}", which a fresh org does not have`);
  const { signing } = server.credentials;
  org.store.authorizationServers.patch(server.id, {
    credentials: { ...server.credentials, signing: { ...signing, kid } },
  });
}

function readKey(given: string | Json, place: string): KeyObject {
  let key: KeyObject;
  try {
    key = typeof given === 'string' ? createPrivateKey(given) : createPrivateKey({ key: given, format: 'jwk' });
  } catch {
    throw refused(`${place}.privateKey is no private key`);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < 2048)
    throw refused(`${place}.privateKey must be RSA of 2048 bits or more`);
  return key;
}
