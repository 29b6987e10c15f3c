/**
 * From where people might sign in. No request is at hand when a plan is judged, so each network zone, platform and device
 * that a condition names is tried, and what no one can evaluate from outside is tried both ways: who could sign in from
 * somewhere before and no longer from there after it has lost something.
 */
import type { PolicyWithRules, SignInContext } from '../policy/index.ts';
import type { PolicyConditions } from '../wire/policy.ts';
import { changedConditions, conditionsOf, orgWidePolicies } from './conditions.ts';
import type { OrgView } from './org-view.ts';
import { type Place, type placesIn, zonesAt } from './places.ts';

export interface Vantage {
  /** What does not depend on the state of the org: all but the network zones. */
  context: Omit<SignInContext, 'zoneIds'>;
  place: Place | undefined;
  /** Conditions that cannot be evaluated are taken to hold. */
  assuming: boolean;
  /** What is special about it; empty for a client of which nothing is known. */
  words: string;
}

/** Only so many are told apart; the number of vantages is the product of what is told apart. */
const MOST_PLATFORMS = 6;

interface PlatformEntry {
  type?: string;
  os?: { type?: string };
}

export interface Vantages {
  /** The plainest first. */
  vantages: readonly Vantage[];
  /** What was left out, in sentences. */
  notes: readonly string[];
}

/**
 * The vantages that the policies which people meet tell apart.
 * @param views the states of the org, before and after
 * @param placesFor {@link placesIn} of them
 * @param app what is signed in to; `policies`: those of it in each state, besides those that everyone meets
 */
export function vantagesOf(
  views: readonly OrgView[],
  placesFor: ReturnType<typeof placesIn>,
  app?: { id: string; policies: readonly (readonly PolicyWithRules[])[] },
): Vantages {
  const states = views.map((view, index) => [...orgWidePolicies(view), ...(app?.policies[index] ?? [])]);
  const { changed, moved } = changedConditions(states);
  const conditions = [...changed, ...moved, ...states.flatMap(conditionsOf)];
  const { places, cut } = placesFor(states);
  const platforms = distinct(conditions.flatMap(platformsOf));
  const told: (readonly Vantage[])[] = [
    places.map((place) => ({ ...NOTHING, place, words: place.words })),
    [NOTHING, ...platforms.slice(0, MOST_PLATFORMS).map(onPlatform)],
    conditions.some(({ device }) => device) ? DEVICES : [NOTHING],
    risksOf(conditions),
    conditions.some((one) => evaluable(one) !== one) ? ASSUMPTIONS : [NOTHING],
  ];
  const notes = [
    ...(cut > 0 ? [`sign-ins were tried from ${places.length} places; the network zones tell ${cut} more apart`] : []),
    ...(platforms.length > MOST_PLATFORMS
      ? [`sign-ins were tried on ${MOST_PLATFORMS} platforms; the rules name ${platforms.length - MOST_PLATFORMS} more`]
      : []),
  ];
  const start: Vantage = { ...NOTHING, context: app ? { appId: app.id } : {} };
  const vantages = told.reduce((all, more) => all.flatMap((one) => more.map((other) => together(one, other))), [start]);
  return { vantages, notes };
}

/** What a request from there tells the policies of one state of the org. */
export function contextAt(view: Pick<OrgView, 'zones'>, vantage: Vantage): SignInContext {
  const known = CONTEXTS.get(view.zones) ?? new Map<Vantage, SignInContext>();
  CONTEXTS.set(view.zones, known);
  const { context, place } = vantage;
  const there = known.get(vantage) ?? { ...context, zoneIds: place ? zonesAt(view, place).ids : [] };
  known.set(vantage, there);
  return there;
}

/** The same object each time: that is what decisions are remembered by. */
const CONTEXTS = new WeakMap<object, Map<Vantage, SignInContext>>();

const NOTHING: Vantage = { context: {}, place: undefined, assuming: false, words: '' };

const DEVICES: readonly Vantage[] = [
  NOTHING,
  { ...NOTHING, context: { deviceRegistered: true }, words: 'on a registered device' },
  { ...NOTHING, context: { deviceRegistered: true, deviceManaged: true }, words: 'on a managed device' },
];

const ASSUMPTIONS: readonly Vantage[] = [
  NOTHING,
  { ...NOTHING, assuming: true, words: 'where the expressions, behaviors and device assurance of the rules hold' },
];

function together(one: Vantage, other: Vantage): Vantage {
  return {
    context: { ...one.context, ...other.context },
    place: one.place ?? other.place,
    assuming: one.assuming || other.assuming,
    words: [one.words, other.words].filter((words) => words !== '').join(' '),
  };
}

function onPlatform(text: string): Vantage {
  const platform = JSON.parse(text) as NonNullable<SignInContext['platform']>;
  return { ...NOTHING, context: { platform }, words: `on ${platform.os === 'OTHER' ? platform.type : platform.os}` };
}

/** Each platform that is named, with words for what the entry leaves open. */
function platformsOf({ platform }: PolicyConditions): string[] {
  return ([...(platform?.include ?? []), ...(platform?.exclude ?? [])] as PlatformEntry[]).map(({ type, os }) =>
    JSON.stringify({ type: wordOr(type, 'DESKTOP'), os: wordOr(os?.type, 'OTHER') }),
  );
}

function wordOr(word: string | undefined, otherwise: string): string {
  return word === undefined || word === 'ANY' ? otherwise : word;
}

function risksOf(conditions: readonly PolicyConditions[]): Vantage[] {
  const named = distinct(conditions.flatMap(({ riskScore }) => riskScore?.level ?? [])).filter((one) => one !== 'ANY');
  return [
    NOTHING,
    ...named.map((level) => ({
      ...NOTHING,
      context: { riskLevel: level as NonNullable<SignInContext['riskLevel']> },
      words: `at ${level.toLowerCase()} risk`,
    })),
  ];
}

/** An org as if the conditions held that nobody can evaluate from outside: expressions, behaviors, device assurance. */
export function assumingTheRest(view: OrgView): OrgView {
  const assumed = ({ policy, rules }: PolicyWithRules): PolicyWithRules => ({
    policy: { ...policy, conditions: policy.conditions && evaluable(policy.conditions) },
    rules: rules.map((rule) => ({ ...rule, conditions: rule.conditions && evaluable(rule.conditions) })),
  });
  return {
    ...view,
    enrollmentPolicies: view.enrollmentPolicies.map(assumed),
    globalSessionPolicies: view.globalSessionPolicies.map(assumed),
    appSignInPolicies: new Map([...view.appSignInPolicies].map(([id, entry]) => [id, assumed(entry)])),
  };
}

/** The conditions themselves when all of them can be evaluated. */
function evaluable(conditions: PolicyConditions): PolicyConditions {
  const { elCondition, risk, device, ...rest } = conditions;
  const { assurance, ...otherDevice } = device ?? {};
  if (!elCondition?.condition && !risk?.behaviors?.length && !assurance?.include?.length) return conditions;
  return { ...rest, ...(device ? { device: otherDevice } : {}) };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
