/** What an admin sets in an org that is there already: authenticators, authorization servers, network zones, the brand. */
import type { Authenticator, AuthenticatorMethod } from '../../wire/authenticator.ts';
import type { AuthorizationServer } from '../../wire/authorization-server.ts';
import type { NetworkZone } from '../../wire/network-zone.ts';
import type { Brand } from '../../wire/org.ts';
import { type Json, refused, type SeedApi } from './api.ts';
import type { ParsedSeed } from './schema.ts';

type SeededAuthenticator = ParsedSeed['authenticators'][number];
type SeededZone = ParsedSeed['zones'][number];

/** Those the org comes with are changed, others are added. */
export async function configureAuthenticators(api: SeedApi, seeded: readonly SeededAuthenticator[]): Promise<void> {
  const path = '/api/v1/authenticators';
  const present = new Map(
    (await api.get<Authenticator[]>(path, 'authenticators')).map((one): [string, Authenticator] => [one.key, one]),
  );
  for (const [index, one] of seeded.entries()) {
    const place = `authenticators[${index}]`;
    const { key, name, provider, settings } = one;
    const found = present.get(key);
    // Of the next one with this key the org says whether it may be there as well.
    present.delete(key);
    if (found) {
      await changeAuthenticator(api, found, one, place);
      continue;
    }
    const body = { key, name, provider, settings, agreeToTerms: true };
    const added = await api.call('POST', `${path}?activate=${one.status !== 'INACTIVE'}`, body, place);
    await setMethods(api, String(added.id), one.methods, place);
  }
}

/** Switched on before anything else is set and off after it. */
async function changeAuthenticator(
  api: SeedApi,
  found: Authenticator,
  { status = found.status, name, settings, provider, methods }: SeededAuthenticator,
  place: string,
): Promise<void> {
  const path = `/api/v1/authenticators/${found.id}`;
  const switched = status !== found.status;
  if (switched && status === 'ACTIVE') await api.call('POST', `${path}/lifecycle/activate`, {}, place);
  if (name !== undefined || settings || provider) await api.call('PUT', path, { name, settings, provider }, place);
  await setMethods(api, found.id, methods, place);
  if (switched && status === 'INACTIVE') await api.call('POST', `${path}/lifecycle/deactivate`, {}, place);
}

/** Those to be ACTIVE come first, since one of them always is. */
async function setMethods(
  api: SeedApi,
  id: string,
  methods: SeededAuthenticator['methods'],
  authenticatorPlace: string,
): Promise<void> {
  const ordered = [...methods.entries()].sort(([, a], [, b]) => (a.status ?? '').localeCompare(b.status ?? ''));
  for (const [index, { type, status, settings }] of ordered) {
    const place = `${authenticatorPlace}.methods[${index}]`;
    const path = `/api/v1/authenticators/${id}/methods/${encodeURIComponent(type)}`;
    const found = await api.get<AuthenticatorMethod>(path, place);
    if (settings) await api.call('PUT', path, { settings }, place);
    if (status === undefined || status === found.status) continue;
    await api.call('POST', `${path}/lifecycle/${status === 'ACTIVE' ? 'activate' : 'deactivate'}`, {}, place);
  }
}

export async function configureAuthorizationServers(
  api: SeedApi,
  seeded: ParsedSeed['authorizationServers'],
): Promise<void> {
  for (const [index, { name, rotationMode, ...given }] of seeded.entries()) {
    const place = `authorizationServers[${index}]`;
    const servers = await api.get<AuthorizationServer[]>('/api/v1/authorizationServers', place);
    const server = servers.find((one) => one.name === name);
    if (!server) throw refused(`${place} names the authorization server "${name}", which a fresh org does not have`);
    const signing = { ...server.credentials?.signing, ...(rotationMode === undefined ? {} : { rotationMode }) };
    const body = { ...server, ...given, credentials: { ...server.credentials, signing } };
    await api.call('PUT', `/api/v1/authorizationServers/${server.id}`, body, place);
  }
}

/** A zone whose name the org has is changed, another one is added. */
export async function configureZones(api: SeedApi, seeded: readonly SeededZone[]): Promise<void> {
  const present = await api.get<NetworkZone[]>('/api/v1/zones', 'zones');
  for (const [index, zone] of seeded.entries()) {
    const found = present.find(({ name }) => name === zone.name);
    const [method, path] = found ? ['PUT', `/api/v1/zones/${found.id}`] : ['POST', '/api/v1/zones'];
    await api.call(method, path, { ...found, ...zoneBody(zone) }, `zones[${index}]`);
  }
}

function zoneBody({ gateways, proxies, locations, ...zone }: SeededZone): Json {
  return {
    ...zone,
    ...(gateways ? { gateways: gateways.map(address) } : {}),
    ...(proxies ? { proxies: proxies.map(address) } : {}),
    ...(locations ? { locations: locations.map(location) } : {}),
  };
}

function address(value: string): Json {
  return { type: value.includes('-') ? 'RANGE' : 'CIDR', value };
}

function location(value: string): Json {
  return { country: value.split('-')[0], region: value.includes('-') ? value : null };
}

/** The brand that the org comes with. */
export async function configureBrand(api: SeedApi, seeded: NonNullable<ParsedSeed['brand']>): Promise<void> {
  const brand = (await api.get<Brand[]>('/api/v1/brands', 'brand')).find((one) => one.isDefault);
  if (!brand) throw refused('brand: the org has none');
  const defaultApp = { ...brand.defaultApp, ...seeded.defaultApp };
  await api.call('PUT', `/api/v1/brands/${brand.id}`, { ...brand, ...seeded, defaultApp }, 'brand');
}
