/** `/api/v1/org/factors/{name}`: the factors of Classic Engine, which answers in Identity Engine too (recorded). */
import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/context.ts';
import { link } from '../http/links.ts';
import { notFound } from '../http/okta-error.ts';
import type { Org } from '../org.ts';
import { putSetting, setting } from './org-settings.ts';

const BASE = '/api/v1/org/factors';

interface OrgFactor {
  id: string;
  provider: string;
  factorType: string;
}

/** Ids of the legacy enrollment policies, with the type and provider behind each. */
const FACTORS: readonly OrgFactor[] = [
  { id: 'okta_otp', provider: 'OKTA', factorType: 'token:software:totp' },
  { id: 'okta_push', provider: 'OKTA', factorType: 'push' },
  { id: 'okta_sms', provider: 'OKTA', factorType: 'sms' },
  { id: 'okta_call', provider: 'OKTA', factorType: 'call' },
  { id: 'okta_email', provider: 'OKTA', factorType: 'email' },
  { id: 'okta_question', provider: 'OKTA', factorType: 'question' },
  { id: 'okta_password', provider: 'OKTA', factorType: 'password' },
  { id: 'google_otp', provider: 'GOOGLE', factorType: 'token:software:totp' },
  { id: 'fido_u2f', provider: 'FIDO', factorType: 'u2f' },
  { id: 'fido_webauthn', provider: 'FIDO', factorType: 'webauthn' },
  { id: 'rsa_token', provider: 'RSA', factorType: 'token' },
  { id: 'symantec_vip', provider: 'SYMANTEC', factorType: 'token' },
  { id: 'yubikey_token', provider: 'YUBICO', factorType: 'token:hardware' },
  { id: 'duo', provider: 'DUO', factorType: 'web' },
  { id: 'hotp', provider: 'CUSTOM', factorType: 'token:hotp' },
];

/** Whether a factor is switched on for the org: then the Factors API takes it (named assumption `org-factors-open`). */
export function isOrgFactorOn(org: Org, factorType: string, provider: string): boolean {
  const factor = FACTORS.find((candidate) => candidate.factorType === factorType && candidate.provider === provider);
  return factor !== undefined && setting(org, `factor/${factor.id}`).status === 'ACTIVE';
}

/** The switches matter to the Factors API only; sign-ins go by authenticators and policies. */
export function orgFactorRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('factor') ?? '';
    const factor = FACTORS.find((candidate) => candidate.id === id);
    if (!factor) throw notFound(id, 'OrgFactor');
    return factor;
  };
  app.get(BASE, (c) => c.json(FACTORS.map((factor) => render(org, factor, c.get('baseUrl')))));
  app.get(`${BASE}/:factor`, (c) => c.json(render(org, find(c), c.get('baseUrl'))));
  app.post(`${BASE}/:factor/lifecycle/:verb{activate|deactivate}`, (c) => {
    const factor = find(c);
    putSetting(org, `factor/${factor.id}`, { status: c.req.param('verb') === 'activate' ? 'ACTIVE' : 'INACTIVE' });
    return c.json(render(org, factor, c.get('baseUrl')));
  });
  return app;
}

function render(org: Org, factor: OrgFactor, baseUrl: string): Record<string, unknown> {
  const self = `${baseUrl}${BASE}/${factor.id}`;
  const status = setting(org, `factor/${factor.id}`).status ?? 'INACTIVE';
  const links =
    status === 'ACTIVE'
      ? { self: link(self, 'GET'), deactivate: link(`${self}/lifecycle/deactivate`, 'POST') }
      : { activate: link(`${self}/lifecycle/activate`, 'POST'), self: link(self, 'GET') };
  return { ...factor, status, _links: links };
}
