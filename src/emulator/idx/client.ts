/** Who calls the pipeline, from where and with what: for policy conditions and for the System Log. */
import { blockingZone, clientAddress, platformOf, type SignInContext, zonesAround } from '../../policy/index.ts';
import type { AppContext } from '../http/context.ts';
import type { Org } from '../org.ts';
import type { NetworkZoneEntity } from '../store/entities.ts';
import { clientOf, type LogClient } from '../system-log/record.ts';
import { minutesSinceMfaOn } from './devices.ts';

/** What a request tells of its client. A member that is absent was not told. */
export interface ClientFacts {
  ip?: string;
  /** Every address on the way that is believed, the client first. */
  chain: string[];
  userAgent?: string;
  /** `X-Device-Token`: what the app calls the user's device; else the `DT` cookie that the org gave the browser. */
  deviceToken?: string;
}

/** Okta takes device tokens of at most 32 characters (guide "device context"); a longer one is none. */
const MAX_DEVICE_TOKEN = 32;

export function clientFacts(c: AppContext, org: Org): ClientFacts {
  const { ipAddress: peer, userAgent, deviceToken } = clientOf(c);
  const address =
    peer === undefined ? undefined : clientAddress(peer, c.req.header('X-Forwarded-For'), org.store.zones.values());
  return {
    ...(address ? { ip: address.ip } : {}),
    chain: address?.chain ?? [],
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(deviceToken === undefined || deviceToken.length > MAX_DEVICE_TOKEN ? {} : { deviceToken }),
  };
}

/**
 * The client of a sign-in after one more request of it: what a server-side app says of its user at one step holds for the
 * steps where it says nothing (named assumption `client-context-kept`).
 */
export function mergedFacts(before: ClientFacts | undefined, now: ClientFacts): ClientFacts {
  if (!before) return now;
  const forwardedBefore = before.chain.length > 1 && now.chain.length === 1 && before.chain.at(-1) === now.ip;
  const { ip, chain, userAgent } = forwardedBefore ? before : now;
  const deviceToken = now.deviceToken ?? before.deviceToken;
  return {
    ...(ip === undefined ? {} : { ip }),
    chain,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(deviceToken === undefined ? {} : { deviceToken }),
  };
}

/** Whom a sign-in is about, and what to; both absent while nobody is known. */
export interface SignInSubject {
  appId?: string;
  userId?: string;
}

/** What policy conditions are held against; an org without zones has a client in none of them. */
export function signInContext(
  org: Org,
  facts: ClientFacts | undefined,
  { appId, userId }: SignInSubject = {},
): SignInContext {
  const minutesSinceMfa = userId === undefined ? undefined : minutesSinceMfaOn(org, facts?.deviceToken, userId);
  return {
    ...(appId === undefined ? {} : { appId }),
    ...(minutesSinceMfa === undefined ? {} : { minutesSinceMfa }),
    ...(facts?.ip === undefined ? {} : { ip: facts.ip }),
    zoneIds: zonesOf(org, facts).map((zone) => zone.id),
    ...(facts?.userAgent === undefined ? {} : { platform: platformOf(facts.userAgent) }),
  };
}

/** Whether the client's address is in a zone that the org blocks, and not in the exempt one. */
export function isBlocked(org: Org, facts: ClientFacts): boolean {
  return blockingZone(zonesOf(org, facts)) !== undefined;
}

function zonesOf(org: Org, facts: ClientFacts | undefined): NetworkZoneEntity[] {
  return facts?.ip === undefined ? [] : zonesAround(facts.ip, org.store.zones.values(), org.settings.geolocations);
}

/** The same facts as the System Log shows them. */
export function logClient(org: Org, facts: ClientFacts | undefined, clientId: string): LogClient {
  const zones = zonesOf(org, facts).map((zone) => zone.name);
  return {
    id: clientId,
    ...(facts?.ip === undefined ? {} : { ipAddress: facts.ip }),
    ...(facts && facts.chain.length > 0 ? { ipChain: facts.chain } : {}),
    ...(facts?.userAgent === undefined ? {} : { userAgent: facts.userAgent }),
    ...(facts?.deviceToken === undefined ? {} : { deviceToken: facts.deviceToken }),
    ...(zones.length > 0 ? { zone: zones.join(', ') } : {}),
  };
}
