/** An event as `GET /api/v1/logs` shows it (OpenAPI 2026.06.3, LogEvent): absent members are null. */
import { createHash } from 'node:crypto';
import type { Geolocation } from '../../policy/index.ts';
import type { LogClient, LogEventEntity, LogParty } from './record.ts';
import { readUserAgent } from './user-agent.ts';

/** Who acts when nobody is named. */
const OKTA_SYSTEM: LogParty = {
  id: 'system',
  type: 'SystemPrincipal',
  alternateId: 'system@okta.com',
  displayName: 'Okta System',
};

export function renderEvent(row: LogEventEntity): Record<string, unknown> {
  const client = row.client ?? {};
  const authentication = row.authentication ?? {};
  return {
    actor: party(row.actor ?? OKTA_SYSTEM),
    client: renderClient(client),
    device: null,
    authenticationContext: {
      authenticationProvider: null,
      credentialProvider: authentication.credentialProvider ?? null,
      credentialType: authentication.credentialType ?? null,
      issuer: null,
      interface: null,
      authenticationStep: authentication.authenticationStep ?? 0,
      rootSessionId: authentication.externalSessionId ?? null,
      externalSessionId: authentication.externalSessionId ?? 'unknown',
    },
    displayMessage: row.displayMessage,
    eventType: row.eventType,
    outcome: { result: row.outcome?.result ?? 'SUCCESS', reason: row.outcome?.reason ?? null },
    published: row.published,
    securityContext: securityContext(placeOf(client, client.ipAddress)),
    severity: row.severity ?? 'INFO',
    debugContext: { debugData: debugData(row, client) },
    legacyEventType: null,
    transaction: { type: row.client ? 'WEB' : 'JOB', id: row.transactionId, detail: {} },
    uuid: row.uuid,
    version: '0',
    request: { ipChain: ipChain(client) },
    target: row.target ? row.target.map(party) : null,
  };
}

function party({ id, type, alternateId, displayName, detailEntry }: LogParty): Record<string, unknown> {
  return {
    id,
    type,
    alternateId: alternateId ?? 'unknown',
    displayName: displayName ?? 'unknown',
    detailEntry: detailEntry ?? null,
  };
}

function renderClient(client: LogClient): Record<string, unknown> {
  const rawUserAgent = client.userAgent;
  const agent = rawUserAgent === undefined ? undefined : readUserAgent(rawUserAgent);
  return {
    userAgent: agent ? { rawUserAgent, os: agent.os, browser: agent.browser } : null,
    // The text "null" is what Okta writes for an address in no zone.
    zone: client.zone ?? 'null',
    device: agent?.device ?? null,
    id: client.id ?? null,
    ipAddress: client.ipAddress ?? null,
    geographicalContext: geographicalContext(placeOf(client, client.ipAddress)),
  };
}

function placeOf({ places = {} }: LogClient, ip: string | undefined): Geolocation | undefined {
  return ip !== undefined && Object.hasOwn(places, ip) ? places[ip] : undefined;
}

const COUNTRY_NAMES = new Intl.DisplayNames('en', { type: 'region' });

/** The state has its code, not its name (named assumption `log-state-code`). */
function geographicalContext(place: Geolocation | undefined): Record<string, unknown> | null {
  if (!place) return null;
  return {
    city: place.city ?? null,
    state: place.region ?? null,
    country: COUNTRY_NAMES.of(place.country) ?? place.country,
    postalCode: null,
    geolocation: null,
  };
}

function securityContext(place: Geolocation | undefined): Record<string, unknown> {
  return {
    asNumber: place?.asn ?? null,
    asOrg: null,
    isp: null,
    domain: null,
    isProxy: place ? place.proxyType !== undefined : null,
  };
}

function ipChain(client: LogClient): Record<string, unknown>[] {
  const chain = client.ipChain ?? (client.ipAddress === undefined ? [] : [client.ipAddress]);
  return chain.map((ip) => ({
    ip,
    geographicalContext: geographicalContext(placeOf(client, ip)),
    version: ip.includes(':') ? 'V6' : 'V4',
    source: null,
  }));
}

function debugData(row: LogEventEntity, client: LogClient): Record<string, unknown> {
  const dtHash =
    client.deviceToken === undefined ? {} : { dtHash: createHash('sha256').update(client.deviceToken).digest('hex') };
  return { requestId: row.transactionId, ...dtHash, ...row.debugData };
}
