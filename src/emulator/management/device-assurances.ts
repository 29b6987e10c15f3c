/**
 * `/api/v1/device-assurances`: what a device must be like, to be named by app sign-in rules. They are kept and shown; the
 * emulator sees no devices.
 */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { invalid, notFound, OktaError } from '../http/okta-error.ts';
import { type Org, orgNow } from '../org.ts';
import type { DeviceAssuranceEntity } from '../store/entities.ts';
import { type Json, oneOf, requiredText } from './input.ts';

const BASE = '/api/v1/device-assurances';

const COMMON = ['devicePostureChecks', 'displayRemediationMode', 'gracePeriod', 'thirdPartySignalProviders'];

/** What a policy may demand, by platform (OpenAPI 2026.06.3). */
const DEMANDS = {
  ANDROID: [...COMMON, 'diskEncryptionType', 'jailbreak', 'osVersion', 'screenLockType', 'secureHardwarePresent'],
  CHROMEOS: COMMON,
  IOS: [...COMMON, 'jailbreak', 'osVersion', 'screenLockType'],
  MACOS: [...COMMON, 'diskEncryptionType', 'osVersion', 'screenLockType', 'secureHardwarePresent'],
  WINDOWS: [
    ...COMMON,
    'diskEncryptionType',
    'osVersion',
    'osVersionConstraints',
    'screenLockType',
    'secureHardwarePresent',
  ],
} as const;

export function deviceAssuranceRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const find = (c: AppContext) => {
    const id = c.req.param('id') ?? '';
    const row = org.store.deviceAssurances.get(id);
    if (!row) throw notFound(id, 'DeviceAssurance');
    return row;
  };
  const save = (c: AppContext, row: Omit<DeviceAssuranceEntity, 'lastUpdate' | 'lastUpdatedBy'>) => {
    const touched = { ...row, lastUpdate: orgNow(org), lastUpdatedBy: c.get('principal').userId };
    return c.json(render(org.store.deviceAssurances.put(touched), c.get('baseUrl')));
  };

  app.get(BASE, (c) => c.json(org.store.deviceAssurances.values().map((row) => render(row, c.get('baseUrl')))));
  app.post(BASE, async (c) => {
    const given = readBody(org, await readJson(c));
    const createdBy = c.get('principal').userId;
    return save(c, { id: org.ids.next('dae'), ...given, createdDate: orgNow(org), createdBy });
  });
  app.get(`${BASE}/:id`, (c) => c.json(render(find(c), c.get('baseUrl'))));
  app.put(`${BASE}/:id`, async (c) => {
    const body = await readJson(c);
    const { id, createdDate, createdBy, platform } = find(c);
    const given = readBody(org, body, id);
    if (given.platform !== platform) throw invalid('platform', 'platform: The platform of a policy cannot be changed.');
    return save(c, { id, ...given, createdDate, createdBy });
  });
  app.delete(`${BASE}/:id`, (c) => {
    const { id } = find(c);
    assertUnused(org, id);
    org.store.deviceAssurances.delete(id);
    return c.body(null, 204);
  });
  return app;
}

/** 409 is documented; the text is of the named assumption `refusal-texts`. */
function assertUnused(org: Org, id: string): void {
  const used = org.store.policyRules
    .values()
    .some(({ conditions }) => conditions?.device?.assurance?.include?.includes(id) === true);
  if (used) throw new OktaError(409, 'E0000001', 'Api validation failed: deviceAssurance', ['The policy is in use.']);
}

function readBody(org: Org, body: Json, except?: string): Pick<DeviceAssuranceEntity, 'name' | 'platform' | 'demands'> {
  const name = requiredText('name', body.name);
  if (org.store.deviceAssurances.values().some((row) => row.name === name && row.id !== except)) {
    throw invalid('name', 'name: An object with this field already exists in the current organization');
  }
  const platform = oneOf(body.platform, ['ANDROID', 'CHROMEOS', 'IOS', 'MACOS', 'WINDOWS'] as const);
  if (!platform) throw invalid('platform', 'platform: The field cannot be left blank');
  const known: readonly string[] = DEMANDS[platform];
  const demands = Object.entries(body).filter(([field, value]) => known.includes(field) && value !== null);
  return { name, platform, demands: Object.fromEntries(demands) };
}

function render({ demands, ...row }: DeviceAssuranceEntity, baseUrl: string): Json {
  return { ...row, ...demands, _links: { self: link(`${baseUrl}${BASE}/${row.id}`, 'GET', 'PUT', 'DELETE') } };
}
