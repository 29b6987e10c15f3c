/** `POST /api/v1/policies/simulate`: which policies and rules would apply to a sign-in that is described, not made. */
import { isIP } from 'node:net';
import type { Evaluated, EvaluatedPolicy, Person, SignInContext } from '../../../policy/index.ts';
import { type PolicyWithRules, simulate } from '../../../policy/index.ts';
import { invalid, notFound, unsupported } from '../../http/okta-error.ts';
import { signInContext } from '../../idx/client.ts';
import { policiesOf, policyWithRules } from '../../idx/policies.ts';
import type { Org } from '../../org.ts';
import type { ApplicationEntity } from '../../store/entities.ts';
import { defined, flag, type Json, oneOf, record, requiredText, text, texts } from '../input.ts';

/** PolicyTypeSimulation (OpenAPI 2026.06.3); without a list all of them, in this order. */
const TYPES = ['OKTA_SIGN_ON', 'MFA_ENROLL', 'PROFILE_ENROLLMENT', 'ACCESS_POLICY'] as const;
type SimulatedType = (typeof TYPES)[number];

/** What an answer tells besides the match: `EVALUATED` what was passed over, `RULE` each condition. */
export interface Expansion {
  evaluated: boolean;
  conditions: boolean;
}

export function readExpansion(expand: string | undefined): Expansion {
  const names = (expand ?? '').split(',').map((name) => name.trim().toUpperCase());
  return { evaluated: names.includes('EVALUATED'), conditions: names.includes('RULE') };
}

/** One evaluation for each policy type of each simulation that was asked for (named assumption `simulation-answer`). */
export function answerSimulations(org: Org, simulations: readonly unknown[], expansion: Expansion): Json[] {
  return simulations.flatMap((given) => evaluate(org, record(given) ?? {}, expansion));
}

function evaluate(org: Org, given: Json, expansion: Expansion): Json[] {
  const appId = requiredText('appInstance', given.appInstance);
  const app = org.store.apps.get(appId);
  if (!app) throw notFound(appId, 'AppInstance');
  const policyContext = record(given.policyContext) ?? {};
  const person = readPerson(org, policyContext);
  const context = readContext(org, policyContext, app);
  const types = texts(given.policyTypes)?.map((type) => oneOf(type, TYPES)) ?? TYPES;
  return types.flatMap((type) => (type ? [rendered(org, app, type, person, context, expansion)] : []));
}

function rendered(
  org: Org,
  app: ApplicationEntity,
  type: SimulatedType,
  person: Person,
  context: SignInContext,
  { evaluated, conditions }: Expansion,
): Json {
  const { status, match, passedOver, undecided } = simulate(policiesFor(org, app, type), person, context);
  const shown = (policies: readonly EvaluatedPolicy[]) => policies.map((policy) => renderPolicy(policy, conditions));
  return {
    status,
    policyType: [type],
    result: { policies: shown(match ? [match] : []) },
    ...(evaluated ? { undefined: { policies: shown(undecided) }, evaluated: { policies: shown(passedOver) } } : {}),
  };
}

/** Of the types that apps are bound to, the policy of this app alone. */
function policiesFor(org: Org, app: ApplicationEntity, type: SimulatedType): PolicyWithRules[] {
  if (type === 'ACCESS_POLICY') return policyWithRules(org, app.accessPolicyId);
  if (type === 'PROFILE_ENROLLMENT') return policyWithRules(org, app.profileEnrollmentPolicyId);
  return policiesOf(org, type);
}

function renderPolicy({ rules, ...policy }: EvaluatedPolicy, conditions: boolean): Json {
  return { ...render(policy, conditions), rules: rules.map((rule) => render(rule, conditions)) };
}

function render({ id, name, status, conditions }: Evaluated, withConditions: boolean): Json {
  return { id, name, status, ...(withConditions ? { conditions } : {}) };
}

/** A user, or whoever is in some groups; without either somebody who is in no group but Everyone. */
function readPerson(org: Org, given: Json): Person {
  const userId = text(record(given.user)?.id);
  const groupIds = texts(record(given.groups)?.ids);
  if (userId !== undefined && groupIds !== undefined) {
    throw invalid('policyContext', 'policyContext: Only user IDs or group IDs are allowed, not both.');
  }
  if (userId !== undefined) {
    const user = org.store.users.get(userId);
    if (!user) throw notFound(userId, 'User');
    return { id: userId, groupIds: [...org.store.memberships.leftsOf(userId)], userTypeId: user.type.id };
  }
  for (const id of groupIds ?? []) if (!org.store.groups.get(id)) throw notFound(id, 'UserGroup');
  return { id: '', groupIds: [org.store.org.everyoneGroupId, ...(groupIds ?? [])] };
}

function readContext(org: Org, given: Json, app: ApplicationEntity): SignInContext {
  const device = record(given.device) ?? {};
  const risk = record(given.risk) ?? {};
  if (risk.minRiskLevel !== undefined && risk.minRiskLevel !== null) throw unsupported('minRiskLevel in simulations');
  const os = text(device.platform)?.toUpperCase();
  return defined<SignInContext>({
    appId: app.id,
    zoneIds: readZones(org, given),
    platform: os === undefined ? undefined : platformOf(os),
    deviceRegistered: flag(device.registered),
    deviceManaged: flag(device.managed),
    deviceAssuranceId: text(device.assuranceId),
    riskLevel: oneOf(risk.level, ['LOW', 'MEDIUM', 'HIGH'] as const),
  });
}

/** By id, or as those around an address; undefined when nothing is said of where the client is. */
function readZones(org: Org, given: Json): string[] | undefined {
  const named = texts(record(given.zones)?.ids);
  for (const id of named ?? []) if (!org.store.zones.get(id)) throw notFound(id, 'NetworkZone');
  const ip = text(given.ip);
  if (ip === undefined) return named;
  if (org.store.zones.get(ip)) return [...(named ?? []), ip];
  if (isIP(ip) === 0) throw invalid('policyContext.ip', `policyContext.ip: Invalid IP address: ${ip}`);
  return [...(named ?? []), ...(signInContext(org, { ip, chain: [ip] }).zoneIds ?? [])];
}

const MOBILE = ['IOS', 'ANDROID'];
const DESKTOP: Readonly<Record<string, string>> = {
  WINDOWS: 'WINDOWS',
  OSX: 'OSX',
  MACOS: 'OSX',
  CHROMEOS: 'CHROMEOS',
};

function platformOf(os: string): NonNullable<SignInContext['platform']> {
  if (MOBILE.includes(os)) return { type: 'MOBILE', os };
  const desktop = Object.hasOwn(DESKTOP, os) ? DESKTOP[os] : undefined;
  return desktop === undefined ? { type: 'OTHER', os: 'OTHER' } : { type: 'DESKTOP', os: desktop };
}
