/**
 * `/api/v1/authenticators/{id}/aaguids`: models of security keys that an admin added (OpenAPI 2026.06.3). They are kept and
 * shown; the emulator takes keys of any model.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import type { AuthenticatorEntity, CustomAaguid } from '../store/entities.ts';
import { flag, type Json, record, records, requiredText } from './input.ts';

const BASE = '/api/v1/authenticators/:id/aaguids';

export function aaguidRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const put = (row: AuthenticatorEntity, customAaguids: readonly CustomAaguid[]) =>
    org.store.authenticators.patch(row.id, { customAaguids, lastUpdated: orgNow(org) });
  const change = (c: AppContext, changed: CustomAaguid) => {
    const { row, aaguid } = find(org, c);
    put(
      row,
      own(row).map((one) => (one === aaguid ? changed : one)),
    );
    return c.json(render(row, changed, c.get('baseUrl')));
  };

  app.get(BASE, (c) => {
    const row = securityKeys(org, c);
    return c.json(own(row).map((one) => render(row, one, c.get('baseUrl'))));
  });
  app.post(BASE, async (c) => {
    const row = securityKeys(org, c);
    const body = await readJson(c);
    const id = requiredText('aaguid', body.aaguid).toLowerCase();
    if (!AAGUID.test(id)) throw invalid('aaguid', 'aaguid: The field is invalid');
    if (own(row).some(({ aaguid }) => aaguid === id)) {
      throw invalid('aaguid', 'aaguid: An object with this field already exists in the current organization');
    }
    const added: CustomAaguid = { aaguid: id, name: id, ...readBody(body) };
    put(row, [...own(row), added]);
    return c.json(render(row, added, c.get('baseUrl')));
  });
  app.get(`${BASE}/:aaguid`, (c) => {
    const { row, aaguid } = find(org, c);
    return c.json(render(row, aaguid, c.get('baseUrl')));
  });
  app.put(`${BASE}/:aaguid`, async (c) => {
    const { aaguid } = find(org, c);
    return change(c, { aaguid: aaguid.aaguid, name: aaguid.name, ...readBody(await readJson(c)) });
  });
  app.patch(`${BASE}/:aaguid`, async (c) => {
    const { aaguid } = find(org, c);
    const { authenticatorCharacteristics, ...changed } = readBody(await readJson(c));
    const before = aaguid.authenticatorCharacteristics;
    const characteristics = authenticatorCharacteristics ? { ...before, ...authenticatorCharacteristics } : before;
    return change(c, {
      ...aaguid,
      ...changed,
      ...(characteristics ? { authenticatorCharacteristics: characteristics } : {}),
    });
  });
  app.delete(`${BASE}/:aaguid`, (c) => {
    const { row, aaguid } = find(org, c);
    put(
      row,
      own(row).filter((one) => one !== aaguid),
    );
    return c.body(null, 204);
  });
  return app;
}

const AAGUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const own = ({ customAaguids = [] }: AuthenticatorEntity) => customAaguids;

/** Only the authenticator for security keys has models. */
function securityKeys(org: Org, c: AppContext): AuthenticatorEntity {
  const id = c.req.param('id') ?? '';
  const row = org.store.authenticators.get(id);
  if (row?.key !== 'webauthn') throw notFound(id, 'Authenticator');
  return row;
}

function find(org: Org, c: AppContext): { row: AuthenticatorEntity; aaguid: CustomAaguid } {
  const row = securityKeys(org, c);
  const id = c.req.param('aaguid') ?? '';
  const aaguid = own(row).find((one) => one.aaguid === id.toLowerCase());
  if (!aaguid) throw notFound(id, 'CustomAAGUID');
  return { row, aaguid };
}

function readBody(body: Json): Omit<CustomAaguid, 'aaguid' | 'name'> & { name?: string } {
  const given = record(body.authenticatorCharacteristics);
  const certificates = records(body.attestationRootCertificates);
  return {
    ...(body.name === undefined ? {} : { name: requiredText('name', body.name, 255) }),
    ...(given ? { authenticatorCharacteristics: readCharacteristics(given) } : {}),
    ...(certificates ? { attestationRootCertificates: certificates.map(readCertificate) } : {}),
  };
}

function readCharacteristics(given: Json): NonNullable<CustomAaguid['authenticatorCharacteristics']> {
  const names = ['fipsCompliant', 'hardwareProtected', 'platformAttached'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = flag(given[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What Okta tells of a certificate besides. */
function readCertificate({ x5c }: Json): NonNullable<CustomAaguid['attestationRootCertificates']>[number] {
  const text = requiredText('attestationRootCertificates.x5c', x5c);
  try {
    const certificate = new X509Certificate(Buffer.from(text, 'base64'));
    return {
      x5c: text,
      'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url'),
      iss: certificate.issuer,
      exp: new Date(certificate.validTo).toISOString(),
    };
  } catch {
    throw invalid('attestationRootCertificates.x5c', 'attestationRootCertificates.x5c: The field is invalid');
  }
}

function render(row: AuthenticatorEntity, aaguid: CustomAaguid, baseUrl: string) {
  const self = `${baseUrl}/api/v1/authenticators/${row.id}/aaguids/${aaguid.aaguid}`;
  return { ...aaguid, _links: { self: link(self, 'GET', 'PUT', 'PATCH', 'DELETE') } };
}
