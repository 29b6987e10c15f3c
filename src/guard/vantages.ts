/**
 * From where people might sign in. No request is at hand when a plan is judged, so each network zone, platform and device
 * that a condition names is tried, and what no one can evaluate from outside is tried both ways: who could sign in from
 * somewhere before and no longer from there after it has lost something.
 */
import type { PolicyWithRules, SignInContext } from '../policy/index.ts';
import type { PolicyConditions } from '../wire/policy.ts';
import type { OrgView } from './org-view.ts';

export interface Vantage {
  context: SignInContext;
  /** Conditions that cannot be evaluated are taken to hold. */
  assuming: boolean;
  /** What is special about it; empty for a client of which nothing is known. */
  words: string;
}

/** Only so many are told apart; the number of vantages is the product of what is told apart. */
const MOST_ZONES = 10;
const MOST_PLATFORMS = 6;

interface PlatformEntry {
  type?: string;
  os?: { type?: string };
}

/** The vantages that the conditions of some states of an org tell apart, the plainest first. */
export function vantagesOf(views: readonly OrgView[]): Vantage[] {
  const conditions = views.flatMap(conditionsOf);
  const told: (readonly Vantage[])[] = [
    placesOf(conditions, views),
    clientsOf(conditions),
    conditions.some(({ device }) => device) ? DEVICES : [NOTHING],
    risksOf(conditions),
    conditions.some((one) => evaluable(one) !== one) ? ASSUMPTIONS : [NOTHING],
  ];
  return told.reduce<Vantage[]>(
    (all, more) => all.flatMap((one) => more.map((other) => together(one, other))),
    [NOTHING],
  );
}

const NOTHING: Vantage = { context: {}, assuming: false, words: '' };

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
    assuming: one.assuming || other.assuming,
    words: [one.words, other.words].filter((words) => words !== '').join(' '),
  };
}

function placesOf(conditions: readonly PolicyConditions[], views: readonly OrgView[]): Vantage[] {
  const named = distinct(conditions.flatMap(zonesNamed)).slice(0, MOST_ZONES);
  const nameOf = (id: string) => views.map((view) => view.zoneNames.get(id)).find(Boolean) ?? id;
  const outside = {
    ...NOTHING,
    context: { zoneIds: [] },
    words: named.length > 0 ? 'outside of the network zones' : '',
  };
  return [
    outside,
    ...named.map((id) => ({ ...NOTHING, context: { zoneIds: [id] }, words: `in the network zone "${nameOf(id)}"` })),
  ];
}

/** Ids of the network zones that a condition names. */
export function zonesNamed({ network }: PolicyConditions): string[] {
  return [...(network?.include ?? []), ...(network?.exclude ?? [])];
}

function clientsOf(conditions: readonly PolicyConditions[]): Vantage[] {
  const named = distinct(conditions.flatMap(platformsOf)).slice(0, MOST_PLATFORMS);
  return [
    NOTHING,
    ...named.map((text) => {
      const platform = JSON.parse(text) as NonNullable<SignInContext['platform']>;
      return {
        ...NOTHING,
        context: { platform },
        words: `on ${platform.os === 'OTHER' ? platform.type : platform.os}`,
      };
    }),
  ];
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

/** All conditions of the policies that decide sign-ins, and of their rules. */
export function conditionsOf(
  view: Pick<OrgView, 'enrollmentPolicies' | 'globalSessionPolicies' | 'appSignInPolicies'>,
): PolicyConditions[] {
  const all = [...view.enrollmentPolicies, ...view.globalSessionPolicies, ...view.appSignInPolicies.values()];
  return all.flatMap(({ policy, rules }) =>
    [policy, ...rules].flatMap(({ conditions }) => (conditions === null ? [] : [conditions])),
  );
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
