/**
 * The lockout guard: who could sign in before a plan and no longer after it. The plan is carried out on a dry run of the
 * org; both states are then asked the same questions, by `policy`. Sends reads only.
 */
import { isNotFound } from '../okta/api.ts';
import type { IndexedReader } from '../okta/reader.ts';
import { addressFor } from '../shared/address.ts';
import type { AppUser } from '../wire/application.ts';
import type { User } from '../wire/directory.ts';
import { assignedByGroupsOnly, assignmentsTouched } from './assignments.ts';
import { credentialFindings } from './credential.ts';
import { changesPeople, concernsGroupRules, decidesSignIns, isOfZone } from './deciding.ts';
import { type DryRun, dryRun, type WouldSend } from './dry-run.ts';
import { type Finding, findingsOf } from './findings.ts';
import type { Comparison } from './loss.ts';
import { lossesOf } from './losses.ts';
import { type Moment, momentsOf } from './moments.ts';
import type { Scope } from './org-view.ts';
import { type Admins, readAdmins } from './people.ts';
import { explainRefusedRead } from './refused-read.ts';
import { remembering } from './remembering.ts';
import { type SeededReader, seededReader } from './seeded-reader.ts';
import { readSignIns } from './sign-ins.ts';
import { readTouched } from './touched.ts';
import { orgWideChange, unitsOf } from './units.ts';
import { readWorld, type World } from './world.ts';

export type { DryRun } from './dry-run.ts';
export type { Finding } from './findings.ts';
export type { Moment } from './moments.ts';

export interface GuardInput {
  /** What the org answers; shared with the plan, so that nothing is asked for twice. */
  org: IndexedReader;
  orgUrl: string;
  /** Addresses of the plan's changes, in its order. */
  addresses: readonly string[];
  /** Carries out the plan on a dry run. */
  carryOut(api: DryRun, how?: CarryOut): Promise<Effect>;
  /** Of the service app that we are; undefined for an API token. */
  clientId: string | undefined;
  /** Who is to sign in to what, by the flows of the config. */
  flows: readonly { name: string; login: string; app: string }[];
  /** Names of groups that the config puts one person into together. */
  groupSets: readonly (readonly string[])[];
}

export interface CarryOut {
  /** The address of a change that is left out. */
  without?: string;
  /** Called with the address of each change that begins. */
  begun?: ((address: string) => void) | undefined;
}

/** What came of a plan on a dry run. */
export interface Effect {
  /** Ids of the objects that the changes concern, by address. */
  ids: ReadonlyMap<string, string>;
  /** Changes that were refused, each with the reason: the real run would stop at the first of them. */
  refused: readonly string[];
}

export interface Judgement {
  findings: readonly Finding[];
  /** What people lose only while the plan is carried out. */
  moments: readonly Moment[];
  /** What could not be looked at, in sentences. */
  notes: readonly string[];
}

/**
 * Judges a plan that has changes.
 * @throws OrgproofError `permission-missing` for a read that the credentials may not do
 * @throws ManagementApiError, OrgUnreachableError when a read fails
 */
export async function judge(input: GuardInput): Promise<Judgement> {
  try {
    return await judged({ ...input, org: seededReader(input.org) });
  } catch (error) {
    throw explainRefusedRead(error);
  }
}

/** What is put together from answers is told to the reader, for the dry runs as well. */
type Input = GuardInput & { org: SeededReader };

async function judged(input: Input): Promise<Judgement> {
  const api = dryRun(input.org, input.orgUrl);
  const effect = await input.carryOut(api);
  const notes = effect.refused.map((refusal) => `this would stop at ${refusal}`);
  const byId = new Map([...effect.ids].map(([address, id]) => [id, address]));
  const addressOf = (id: string) => byId.get(id);
  const credential = await credentialFindings({ org: input.org, after: api, clientId: input.clientId, addressOf });
  notes.push(...credential.notes);
  if (!api.writes.some(decidesSignIns)) return { findings: credential.findings, moments: [], notes };
  const comparison = await compare(input, api, effect);
  const { losses, notes: cuts } = lossesOf(comparison.value);
  const findings = await findingsOf(losses, {
    addressOf,
    addresses: input.addresses,
    without: remembering(async (address) => {
      const other = dryRun(input.org, input.orgUrl);
      await input.carryOut(other, { without: address });
      return readWorld(other, comparison.scope);
    }),
  });
  const isOneStep = api.writes.filter(decidesSignIns).length < 2;
  const { moments, notes: unseen } = isOneStep
    ? { moments: [], notes: [] }
    : await momentsOf(input, comparison.value, comparison.scope);
  return {
    findings: [...credential.findings, ...findings],
    moments,
    notes: [...notes, ...comparison.notes, ...cuts, ...unseen],
  };
}

interface Compared {
  value: Comparison;
  scope: Scope;
  notes: string[];
}

/** Both states of the org with the people who have to be looked at: everything that is read twice is asked for once. */
async function compare(input: Input, api: DryRun, effect: Effect): Promise<Compared> {
  const { org } = input;
  const lists = {
    assignmentsOf: [],
    people: [],
    zones: api.writes.some(isOfZone),
    groupRules: api.writes.some(concernsGroupRules),
  };
  const both = async (scope: Scope) => {
    const [before, after] = await Promise.all([readWorld(org, scope), readWorld(api, scope)]);
    return { before, after };
  };
  const first = await both(lists);
  const assignments = await assignmentsTouched(org, api.writes, first);
  const assigned = { ...lists, assignmentsOf: [...assignments.apps, ...(await assignedByGroupsOnly(org, first))] };
  const { before, after } = await both(assigned);
  const admins = concernsAdmins(before, after, api.writes) ? await readAdmins(org) : NOT_CONCERNED;
  const flows = await flowsIn(input, before, effect, assignments.apps);
  const touched = await readTouched(org, api.writes, { before, after, assigned: assignments.groups });
  const signIns = await readSignIns(org, { before, after });
  const people = [...admins.ids, ...[...flows, ...touched.people].map(({ userId }) => userId)];
  const scope = { ...assigned, people: [...new Set(people)] };
  const states = await both(scope);
  const groupId = (name: string) =>
    [...states.before.groups.values()]
      .filter(({ type, profile }) => type !== 'APP_GROUP' && profile.name === name)
      .map(idOf);
  const sets = [...input.groupSets.map((names) => names.flatMap(groupId)), ...touched.sets];
  return {
    value: { ...states, admins, flows, signIns: signIns.places, touched: touched.people, sets },
    scope,
    notes: [...assignments.notes, ...admins.notes, ...touched.notes, ...signIns.notes],
  };
}

const NOT_CONCERNED: Admins = { ids: [], complete: true, notes: [] };

function idOf({ id }: { id: string }): string {
  return id;
}

function concernsAdmins(before: World, after: World, writes: readonly WouldSend[]): boolean {
  const isConsole = (unit: { isConsole: boolean }) => unit.isConsole;
  return orgWideChange(before, after) || unitsOf(before, after).some(isConsole) || writes.some(changesPeople);
}

/**
 * Flows to apps that are there before: into a new one nobody had a way before.
 * @param assignments ids of the apps whose assignments the plan touches
 */
async function flowsIn(
  input: GuardInput,
  before: World,
  effect: Effect,
  assignments: readonly string[],
): Promise<Comparison['flows']> {
  const { org } = input;
  const found = await Promise.all(
    input.flows.map(async ({ name, login, app: label }) => {
      const app = [...before.apps.values()].find((one) => one.label === label && one.name === 'oidc_client');
      const live = app && (await idOfUser(org, login));
      const userId = live ?? effect.ids.get(addressFor('user', login));
      if (!app || userId === undefined) return [];
      const isAssigned =
        live !== undefined && assignments.includes(app.id) && (await isAssignedAlone(org, app.id, live));
      return [{ name, userId, appId: app.id, isAssigned }];
    }),
  );
  return found.flat();
}

/** Whether the app is assigned to a user other than by a group. */
async function isAssignedAlone(org: IndexedReader, appId: string, userId: string): Promise<boolean> {
  try {
    return (await org.get<AppUser>(`/api/v1/apps/${appId}/users/${userId}`)).scope === 'USER';
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function idOfUser(org: IndexedReader, login: string): Promise<string | undefined> {
  try {
    return (await org.get<User>(`/api/v1/users/${encodeURIComponent(login)}`)).id;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
