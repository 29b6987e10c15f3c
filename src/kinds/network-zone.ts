import { isIP } from 'node:net';
import { z } from 'zod';
import type { SetValue } from '../engine/kind.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { NetworkZone, NetworkZoneAddress } from '../wire/network-zone.ts';
import { namedObjectKind } from './named-object.ts';
import { ensureField, nameField, type Section, setField, statusField } from './section.ts';
import { listed, mapped, merged } from './sets.ts';
import { type STATUS, ZONE_TYPE, ZONE_USE } from './vocabulary.ts';

interface NetworkZoneSpec {
  name: string;
  type: (typeof ZONE_TYPE.words)[number];
  usedFor?: (typeof ZONE_USE.words)[number] | undefined;
  gateways?: SetValue | undefined;
  proxies?: SetValue | undefined;
  locations?: SetValue | undefined;
  asns?: SetValue | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

const address = z
  .string()
  .refine((value) => isAddress(value), 'must be an address, a network such as 203.0.113.0/24, or a range a-b');
const location = z
  .string()
  .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'must be a country such as DE, or a region such as US-CA (ISO 3166)');

/** Fields that only one type of zone has. */
const OF_TYPE = { ip: ['gateways', 'proxies'], dynamic: ['locations', 'asns'] } as const;

const schema = z
  .strictObject({
    name: nameField('Name of the zone.', 128),
    type: z.enum(ZONE_TYPE.words).meta({ description: '`ip`: addresses; `dynamic`: places. Cannot be changed later.' }),
    usedFor: z
      .enum(ZONE_USE.words)
      .optional()
      .meta({ description: 'Policies name zones; requests from a blocklist are refused before any policy.' }),
    gateways: setField(address, 'Addresses of clients.').optional(),
    proxies: setField(address, 'Addresses of proxies that say truly who their client is.').optional(),
    locations: setField(location, 'Countries and regions.').optional(),
    asns: setField(z.string().regex(/^\d+$/), 'Numbers of autonomous systems.').optional(),
    status: statusField,
    ensure: ensureField,
  })
  .superRefine((zone, issues) => {
    const other = zone.type === 'ip' ? 'dynamic' : 'ip';
    for (const field of OF_TYPE[other]) {
      if (zone[field] === undefined) continue;
      issues.addIssue({ code: 'custom', message: `a zone of type ${zone.type} has no ${field}`, path: [field] });
    }
  })
  .meta({ description: 'A network zone (Security > Networks).' });

export const networkZoneSection: Section<z.infer<typeof schema>[]> = {
  key: 'networkZones',
  schema: z.array(schema).meta({ description: 'Network zones.' }),
  layout: {
    kind: 'networkZone',
    naming: 'name',
    spec: ({ gateways, proxies, ...spec }) => ({
      ...spec,
      gateways: mapped(gateways as SetValue | undefined, plainAddress),
      proxies: mapped(proxies as SetValue | undefined, plainAddress),
    }),
  },
};

/** Zones of addresses and of places, by name. Enhanced dynamic ones can be named by policies, not managed. */
export const networkZone = namedObjectKind<NetworkZoneSpec, NetworkZone>({
  kind: 'networkZone',
  path: '/api/v1/zones',
  query: '?limit=200',
  fields: {
    name: 'identity',
    type: 'value',
    usedFor: 'value',
    gateways: 'set',
    proxies: 'set',
    locations: 'set',
    asns: 'set',
    status: 'value',
  },
  project: async (_context, live) => ({
    name: live.name,
    type: ZONE_TYPE.toWord(live.type),
    usedFor: ZONE_USE.toWord(live.usage),
    gateways: shown(live.gateways),
    proxies: shown(live.proxies),
    locations: listOf(live.locations).map((one) => one.region ?? one.country ?? ''),
    asns: listOf(live.asns),
  }),
  body: async (_context, spec, live) => ({
    type: live?.type ?? ZONE_TYPE.toWire(spec.type),
    name: spec.name,
    usage: spec.usedFor ? ZONE_USE.toWire(spec.usedFor) : (live?.usage ?? 'POLICY'),
    status: live?.status ?? 'ACTIVE',
    ...(isIpZone(spec, live)
      ? { gateways: sent(live?.gateways, spec.gateways), proxies: sent(live?.proxies, spec.proxies) }
      : { locations: places(live, spec.locations), asns: merged(listOf(live?.asns), spec.asns) }),
  }),
  changeEvents: ['zone'],
  resource: 'networkZones',
  wireNames: { usage: 'usedFor' },
  // Okta's own, which every org has, is not to be told each time.
  isOther: (live) => live.type === 'DYNAMIC_V2' && live.name === 'DefaultEnhancedDynamicZone',
  tell: (spec, live) => {
    const wrong = [
      ...(ZONE_TYPE.toWord(live.type) === live.type ? ['enhanced dynamic zones have no words in the config'] : []),
      ...(live.proxyType ? [`it is for proxies of type ${live.proxyType}, which has no word in the config`] : []),
    ];
    const { gateways, proxies, locations, asns, ...rest } = spec;
    const own = spec.type === 'ip' ? { gateways, proxies } : { locations, asns };
    return { spec: wrong.length > 0 ? undefined : { ...rest, ...own }, remarks: wrong };
  },
  assertPossible: (spec, found) => {
    if (!found) return assertCreatable(spec);
    if (spec.type === undefined || spec.type === found.type) return;
    throw new OrgproofError(`the zone "${spec.name}" is of type ${found.type} in the org, which cannot be changed`, {
      code: 'zone-type-immutable',
      hint: 'give the zone another name, or delete the live one first (ensure: absent)',
      exitCode: EXIT.refused,
    });
  },
});

function assertCreatable({ name, type, gateways, proxies }: NetworkZoneSpec): void {
  if (type !== 'ip' || listed(gateways).length + listed(proxies).length > 0) return;
  throw new OrgproofError(`the zone "${name}" is not there yet, and a new one of type ip needs gateways or proxies`, {
    code: 'zone-addresses-missing',
    exitCode: EXIT.usage,
  });
}

function isIpZone(spec: NetworkZoneSpec, live: NetworkZone | undefined): boolean {
  return (live?.type ?? ZONE_TYPE.toWire(spec.type)) === 'IP';
}

function shown(addresses: readonly NetworkZoneAddress[] | null | undefined): string[] {
  return (addresses ?? []).map(({ value }) => plainAddress(value));
}

/** A network of one address is that address. */
function plainAddress(value: string): string {
  return value.replace(/(?<=^[\d.]+)\/32$|(?<=^[\da-f:]+)\/128$/i, '');
}

function sent(live: NetworkZone['gateways'], wanted: SetValue | undefined): NetworkZoneAddress[] | null {
  const values = merged(shown(live), wanted);
  if (values.length === 0) return null;
  return values.map((value) => ({ type: value.includes('-') ? 'RANGE' : 'CIDR', value }));
}

function places(live: NetworkZone | undefined, wanted: SetValue | undefined) {
  const before = listOf(live?.locations).map((one) => one.region ?? one.country ?? '');
  return merged(before, wanted).map((code) =>
    code.includes('-') ? { country: code.slice(0, 2), region: code } : { country: code, region: null },
  );
}

/** Enhanced dynamic zones include and exclude; they have another type, which no config can say. */
function listOf<T>(value: readonly T[] | { include?: T[]; exclude?: T[] } | null | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}

function isAddress(value: string): boolean {
  const [first = '', last] = value.split('-');
  if (last !== undefined) return isIP(first) !== 0 && isIP(first) === isIP(last) && value.split('-').length === 2;
  const [network = '', bits] = value.split('/');
  const version = isIP(network);
  if (bits === undefined) return version !== 0;
  return version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}
