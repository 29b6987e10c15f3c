/**
 * What decides sign-ins in one state of an org, by names instead of ids and without what no decision looks at, so that two
 * states can be compared.
 */
import { signInPolicyOf } from '../../src/guard/org-view.ts';
import { readWorld, type World } from '../../src/guard/world.ts';
import type { OktaApi } from '../../src/okta/api.ts';
import type { PolicyWithRules } from '../../src/policy/index.ts';
import type { Application } from '../../src/wire/application.ts';
import type { User } from '../../src/wire/directory.ts';
import type { MfaEnrollSettings, PolicyConditions } from '../../src/wire/policy.ts';

/**
 * Reads the org through any API of it: the real one, or a dry run.
 * @param unsettled authenticators of whose level in the Default Policy nothing is said: no source settles whether Okta offers
 *   there what is switched on
 */
export async function signInView(api: OktaApi, unsettled: readonly string[] = []): Promise<unknown> {
  const [apps, users] = await Promise.all([
    api.list<Application>('/api/v1/apps?limit=200'),
    api.list<User>('/api/v1/users?limit=200'),
  ]);
  const world = await readWorld(api, {
    assignmentsOf: apps.filter((app) => app.name === 'oidc_client').map((app) => app.id),
    people: users.map((user) => user.id),
    zones: true,
    groupRules: true,
  });
  return {
    authenticators: world.authenticators
      .map(({ key, status, settings, methods }) => ({
        key,
        status,
        allowedFor: settings?.allowedFor ?? 'any',
        // Those of a single method have it on or off with them.
        methods: ['phone_number', 'okta_verify'].includes(key)
          ? methods?.map((method) => `${method.type} ${method.status}`).sort()
          : [],
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    enrollment: inOrder(world.enrollmentPolicies).map((entry) =>
      enrollment(world, entry, entry.policy.system ? unsettled : []),
    ),
    appSignIn: [...world.appSignInPolicies.values()]
      .map((entry) => ({ name: entry.policy.name, rules: inOrderOfRules(world, entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    apps: [...world.apps.values()]
      .map((app) => ({
        label: app.label,
        status: app.status,
        policy: signInPolicyOf(world, app)?.policy.name,
        assigned: names(world, world.assignedGroups.get(app.id) ?? []),
      }))
      .sort((a, b) => (a.label < b.label ? -1 : 1)),
    people: [...world.people.values()]
      .map(({ login, maySignIn, person, enrolled }) => ({
        login,
        maySignIn,
        groups: names(world, person.groupIds),
        // Okta hides factors that the policies do not allow; the configs of the laws always allow phones.
        phone: enrolled
          .filter(({ key }) => key === 'phone_number')
          .map(({ method }) => method)
          .sort(),
      }))
      .sort((a, b) => (a.login < b.login ? -1 : 1)),
  };
}

function enrollment(world: World, entry: PolicyWithRules, unsettled: readonly string[]) {
  const { policy } = entry;
  const active = world.authenticators.filter((one) => one.status === 'ACTIVE').map((one) => one.key);
  const entries = (policy.settings as unknown as MfaEnrollSettings).authenticators;
  return {
    name: policy.name,
    status: policy.status,
    groups: people(world, policy.conditions),
    levels: entries
      .filter(({ key, enroll }) => active.includes(key) && enroll.self !== 'NOT_ALLOWED' && !unsettled.includes(key))
      .map(({ key, enroll }) => `${key} ${enroll.self}`)
      .sort(),
    rules: inOrderOfRules(world, entry),
  };
}

function inOrder(policies: readonly PolicyWithRules[]): PolicyWithRules[] {
  return policies.toSorted((a, b) => a.policy.priority - b.policy.priority);
}

function inOrderOfRules(world: World, { rules }: PolicyWithRules) {
  return rules
    .toSorted((a, b) => a.priority - b.priority)
    .map(({ name, status, system, conditions, actions }) => ({
      name,
      status,
      system,
      groups: people(world, conditions),
      enroll: actions.enroll?.self,
      access: actions.appSignOn?.access,
      demand: plain(actions.appSignOn?.verificationMethod),
    }));
}

function people(world: World, conditions: PolicyConditions | null) {
  const { include = [], exclude = [] } = conditions?.people?.groups ?? {};
  return { include: names(world, include), exclude: names(world, exclude) };
}

function names(world: World, ids: readonly string[]): string[] {
  return ids.map((id) => world.groups.get(id)?.profile.name ?? 'gone').sort();
}

/** Without durations, and without what Okta fills in where nothing was said. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) =>
      !['reauthenticateIn', 'inactivityPeriod'].includes(key) &&
      !(key === 'required' && inner === true) &&
      !(key === 'constraints' && Array.isArray(inner) && inner.length === 0),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, plain(inner)]));
}
