/**
 * Writing to the System Log. Whoever does something that a reader of `GET /api/v1/logs` would look for calls
 * {@link recordEvent}; rendering and queries are in `render.ts` and `routes.ts`. The log keeps the last
 * {@link MAX_EVENTS} events, so that a long run does not grow without bound.
 */
import { randomUUID } from 'node:crypto';
import { tryGetContext } from 'hono/context-storage';
import { getCookie } from 'hono/cookie';
import { type Geolocation, geolocate } from '../../policy/index.ts';
import type { AppContext, AppEnv } from '../http/context.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity, GroupEntity, PolicyEntity, PolicyRuleEntity, UserEntity } from '../store/entities.ts';

const MAX_EVENTS = 5000;

/** An actor or a target: who did it, to whom or what. */
export interface LogParty {
  id: string;
  /** Okta's word for the kind: `User`, `AppInstance`, `UserGroup`, `PolicyEntity`, `PolicyRule`, … */
  type: string;
  /** A login or label; `unknown` where the kind has none. */
  alternateId?: string;
  displayName?: string;
  detailEntry?: Record<string, unknown>;
}

/** Where a request came from, as the org sees it. */
export interface LogClient {
  ipAddress?: string;
  /** Every address on the way, the client first; `[ipAddress]` unless given. */
  ipChain?: readonly string[];
  userAgent?: string;
  /** Names of the network zones that the address lies in, comma-separated. */
  zone?: string;
  /** The client's device: `X-Device-Token`, or the browser's `DT` cookie. The log shows its hash. */
  deviceToken?: string;
  /** What is known of where those addresses are, by address. */
  places?: Readonly<Record<string, Geolocation>>;
  /** The OAuth client that asked. */
  id?: string;
}

export type LogResult = 'SUCCESS' | 'FAILURE' | 'SKIPPED' | 'ALLOW' | 'DENY' | 'CHALLENGE' | 'UNKNOWN';

/** What {@link recordEvent} takes; everything but the first two may be left out. */
export interface LogEntry {
  /** E.g. `user.session.start`; Okta's event type catalog names them. */
  eventType: string;
  /** The sentence people read, e.g. `User login to Okta`. */
  displayMessage: string;
  severity?: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** Default: Okta itself. */
  actor?: LogParty;
  /** Default: SUCCESS without a reason. */
  outcome?: { result: LogResult; reason?: string };
  target?: readonly LogParty[];
  /** Default: the client of the request that is being answered. */
  client?: LogClient;
  /** Members of `debugContext.debugData`, e.g. `factor`, `authMethodFirstEnrollment`, `behaviors`. */
  debugData?: Record<string, unknown>;
  /** What the event says of the authentication, e.g. the session. */
  authentication?: {
    credentialType?: string;
    credentialProvider?: string;
    externalSessionId?: string;
    authenticationStep?: number;
  };
  /** Ties the events of one request, or of one sign-in, together. Default: a new one. */
  transactionId?: string;
}

/** An entry with what the log adds: its place, its time, and an id of its own. */
export interface LogEventEntity extends LogEntry {
  /** Place in the log as a text of fixed length, so that ids sort as they were written. */
  id: string;
  uuid: string;
  /** ISO 8601 with milliseconds. */
  published: string;
  transactionId: string;
}

/** Adds an event at the org's present time. Never throws: a log is no reason for a request to fail. */
export function recordEvent(org: Org, entry: LogEntry): void {
  const table = org.store.logEvents;
  const last = table.last();
  const place = last === undefined ? 1 : Number(last.id) + 1;
  const client = placed(org, entry.client ?? presentClient());
  table.put({
    ...entry,
    ...(client ? { client } : {}),
    id: String(place).padStart(12, '0'),
    uuid: randomUUID(),
    published: new Date(org.clock.now()).toISOString(),
    transactionId: entry.transactionId ?? org.ids.opaque(27),
  });
  if (table.size > MAX_EVENTS) for (const old of table.head(table.size - MAX_EVENTS)) table.delete(old.id);
}

/** As the org knows it now: what is said of an address later does not change what was logged. */
function placed(org: Org, client: LogClient | undefined): LogClient | undefined {
  const places = [client?.ipAddress, ...(client?.ipChain ?? [])].flatMap((ip) => {
    const place = ip === undefined ? undefined : geolocate(ip, org.settings.geolocations);
    return ip === undefined || place === undefined ? [] : [[ip, place] as const];
  });
  return client && places.length > 0 ? { ...client, places: Object.fromEntries(places) } : client;
}

function presentClient(): LogClient | undefined {
  const context = tryGetContext<AppEnv>();
  return context && clientOf(context);
}

/** The client of a request as its headers and its socket show it: no proxy is trusted here. */
export function clientOf(c: AppContext): LogClient {
  // In-process requests (tests of handlers) have no socket.
  const ipAddress = c.env?.incoming?.socket?.remoteAddress?.replace(/^::ffff:/, '');
  const userAgent = c.req.header('User-Agent');
  // An empty token names no device: all who send one would share it.
  const deviceToken = c.req.header('X-Device-Token') || getCookie(c, 'DT') || undefined;
  return {
    ...(ipAddress === undefined ? {} : { ipAddress }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(deviceToken === undefined ? {} : { deviceToken }),
  };
}

/** A factor of a user came to be active, whoever saw to it. */
export const FACTOR_ACTIVATED = {
  eventType: 'user.mfa.factor.activate',
  displayMessage: 'Activate factor for user',
} as const;

export function userParty({ id, profile }: UserEntity): LogParty {
  const displayName = [profile.firstName, profile.lastName].filter(Boolean).join(' ');
  return { id, type: 'User', alternateId: profile.login, displayName };
}

export function appParty({ id, label }: ApplicationEntity): LogParty {
  return { id, type: 'AppInstance', alternateId: label, displayName: label };
}

export function groupParty({ id, profile }: GroupEntity): LogParty {
  return { id, type: 'UserGroup', alternateId: 'unknown', displayName: profile.name };
}

/** Okta writes policy types in its own camel case here: `MfaEnroll`, `OktaSignOn`. */
function policyType(type: string): string {
  return type
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

export function policyParty({ id, name, type }: PolicyEntity): LogParty {
  return {
    id,
    type: 'PolicyEntity',
    alternateId: 'unknown',
    displayName: name,
    detailEntry: { policyType: policyType(type) },
  };
}

export function ruleParty({ id, name, type }: PolicyRuleEntity): LogParty {
  return {
    id,
    type: 'PolicyRule',
    alternateId: 'unknown',
    displayName: name,
    detailEntry: { policyRuleType: policyType(type) },
  };
}
