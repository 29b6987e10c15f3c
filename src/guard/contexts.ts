/**
 * From where people might sign in. No request is at hand when a plan is judged, and a rule for a network zone, a platform or
 * a device must neither hide a lockout nor make one up: so each condition that the policies hold is tried, and who has a way
 * in from somewhere has one.
 */
import type { SignInContext } from '../policy/index.ts';
import type { PolicyConditions } from '../wire/policy.ts';
import type { OrgView } from './org-view.ts';

/** More than this many are not told apart; the number of contexts is the product of what is told apart. */
const MOST_ZONES = 10;
const MOST_PLATFORMS = 6;

interface PlatformEntry {
  type?: string;
  os?: { type?: string };
}

/** Requests that the conditions of these orgs tell apart: in no zone or in one of those named, by platform, device, risk. */
export function contextsOf(...views: readonly OrgView[]): SignInContext[] {
  const conditions = views.flatMap(conditionsOf);
  const zones = distinct(
    conditions.flatMap(({ network }) => [...(network?.include ?? []), ...(network?.exclude ?? [])]),
  );
  const platforms = distinct(conditions.flatMap(platformsOf)).map((text) => JSON.parse(text) as Platform);
  const devices = conditions.some(({ device }) => device)
    ? [{}, REGISTERED, { ...REGISTERED, deviceManaged: true }]
    : [{}];
  const risks = distinct(conditions.flatMap(({ riskScore }) => riskScore?.level ?? [])).filter(
    (level) => level !== 'ANY',
  );
  const places = [{ zoneIds: [] as string[] }, ...zones.slice(0, MOST_ZONES).map((id) => ({ zoneIds: [id] }))];
  const clients = [{}, ...platforms.slice(0, MOST_PLATFORMS).map((platform) => ({ platform }))];
  const levels = risks.length > 0 ? risks.map((level) => ({ riskLevel: level as Risk })) : [{}];
  return places.flatMap((place) =>
    clients.flatMap((client) =>
      devices.flatMap((device) => levels.map((level) => ({ ...place, ...client, ...device, ...level }))),
    ),
  );
}

type Platform = NonNullable<SignInContext['platform']>;
type Risk = NonNullable<SignInContext['riskLevel']>;

const REGISTERED = { deviceRegistered: true };

function conditionsOf(view: OrgView): PolicyConditions[] {
  const all = [...view.enrollmentPolicies, ...view.globalSessionPolicies, ...view.appSignInPolicies.values()];
  return all.flatMap(({ policy, rules }) =>
    [policy.conditions ?? [], ...rules.map((rule) => rule.conditions ?? [])].flat(),
  );
}

/** Each platform that is named, with words for what the entry leaves open. */
function platformsOf({ platform }: PolicyConditions): string[] {
  return ([...(platform?.include ?? []), ...(platform?.exclude ?? [])] as PlatformEntry[]).map(({ type, os }) =>
    JSON.stringify({ type: named(type, 'DESKTOP'), os: named(os?.type, 'OTHER') }),
  );
}

function named(word: string | undefined, otherwise: string): string {
  return word === undefined || word === 'ANY' ? otherwise : word;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
