/** The lockout guard on a plan: what the plan would take from people, with the place in the config that does it. */
import type { Config } from '../config/load.ts';
import type { Problem } from '../config/problems.ts';
import { applyPlan } from '../engine/apply.ts';
import { type CarryOut, type DryRun, type Effect, type Finding, judge, type Moment } from '../guard/index.ts';
import type { OktaApi } from '../okta/api.ts';
import type { IndexedReader } from '../okta/reader.ts';
import { addressOf } from '../shared/address.ts';
import { EXIT, OrgproofError, type SourcePlace, usageError } from '../shared/errors.ts';
import { didYouMean } from '../shared/nearest.ts';
import { beforeImages, createContext, type OrgApplyResult, type OrgPlan } from './index.ts';
import type { Ledger } from './ledger.ts';
import { type Records, renamedObjects } from './records.ts';
import type { Undo } from './rollback.ts';
import { NO_SENDS, type Sends, talliedApi } from './sends.ts';

export interface GuardOptions {
  config: Pick<Config, 'declared' | 'flows' | 'locate'>;
  api: OktaApi;
  /** The answers that the plan was made from, so that nothing is asked for twice. */
  reader: IndexedReader;
  ledger: Pick<Ledger, 'owns'>;
  /** What was done to the org before: an undo may have given objects new ids. */
  records?: Pick<Records, 'list'>;
  adoptCredentials?: boolean;
  /** Of the service app that we are; not given for an API token. */
  clientId?: string | undefined;
  /** Addresses of changes whose lockouts are accepted. */
  accept?: readonly string[];
}

/** Something that people would lose by a plan. */
export interface Lockout {
  /** Of the change that causes it. */
  address: string;
  /** Who loses what and why, in one sentence. */
  reason: string;
  /** Accepted by name: apply goes on. */
  accepted: boolean;
  place: SourcePlace | undefined;
}

export interface Guarded {
  /** What carrying out the plan would send. */
  sends: Sends;
  lockouts: readonly Lockout[];
  /** What people lose only while the plan is applied, and for good when the apply stops there. */
  moments: readonly Moment[];
  /** What could not be looked at, in sentences. */
  notes: readonly string[];
}

/**
 * Works out who could sign in before a plan and no longer after it. Sends reads only, and none for a plan without changes.
 * @throws OrgproofError `usage` (exit 5) for an accepted address that the config does not declare
 * @throws ManagementApiError, OrgUnreachableError when a read fails
 */
export function guardPlan(plan: OrgPlan, options: GuardOptions): Promise<Guarded> {
  return guarded(plan, options, options.config.declared);
}

/** Nothing that a config could say: an undo has none. */
const NO_CONFIG: GuardOptions['config'] = { declared: [], flows: [], locate: () => undefined };

/** As {@link guardPlan}, of a plan that puts back what applies did; an address that they did not touch is not accepted. */
export function guardUndo({ plan, addresses }: Undo, options: Omit<GuardOptions, 'config'>): Promise<Guarded> {
  return guarded(
    plan,
    { ...options, config: NO_CONFIG },
    addresses.map((address) => ({ address })),
  );
}

const NOTHING_TO_JUDGE = { findings: [], moments: [], notes: [], sends: NO_SENDS };

/** @param known what a lockout may be accepted of, whether or not the plan changes it */
async function guarded(plan: OrgPlan, options: GuardOptions, known: readonly { address: string }[]): Promise<Guarded> {
  const { config, accept = [] } = options;
  const judgement = plan.changes.length === 0 ? NOTHING_TO_JUDGE : await judgePlan(plan, options);
  const addresses = [...known, ...plan.changes].map(({ address }) => address);
  const needless = needlesslyAccepted(accept, judgement.findings, addresses);
  const lockouts = judgement.findings.map(({ address, reason }) => ({
    address,
    reason,
    accepted: accept.includes(address),
    place: placeOf(plan, address, config),
  }));
  const { moments, sends } = judgement;
  return { lockouts, moments, notes: [...judgement.notes, ...needless], sends };
}

/** A plan that would lock people out, with every reason and its place. */
class LockoutError extends OrgproofError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const [first] = problems;
    super(problems.length === 1 ? (first?.message ?? '') : `the plan has ${problems.length} lockouts`, {
      code: 'lockout',
      exitCode: EXIT.refused,
      hint: problems.length === 1 ? first?.hint : undefined,
      source: problems.length === 1 ? first?.place : undefined,
    });
    this.name = 'LockoutError';
    this.problems = problems;
  }
}

/** @throws LockoutError (exit 4) for lockouts that are not accepted */
export function assertNoLockout({ lockouts }: Guarded): void {
  const refused = lockouts.filter(({ accepted }) => !accepted);
  if (refused.length === 0) return;
  throw new LockoutError(
    refused.map(({ address, reason, place }) => ({
      message: `lockout: ${reason}`,
      place,
      hint: `to do it all the same: --accept-lockout "${address}"`,
    })),
  );
}

async function judgePlan(plan: OrgPlan, options: GuardOptions) {
  const { config, reader, api } = options;
  let sends = NO_SENDS;
  const judgement = await judge({
    org: reader,
    orgUrl: api.orgUrl,
    addresses: plan.changes.map(({ address }) => address),
    carryOut: async (dryRun, { without, begun } = {}) => {
      if (without !== undefined) return dryRunPlan(planWithout(plan, without), dryRun, options);
      const whole = await dryRunPlan(plan, dryRun, { ...options, begun });
      sends = whole.sends;
      return whole;
    },
    clientId: options.clientId,
    flows: config.flows.flatMap(({ name, user, app, expect }) =>
      typeof user === 'string' && expect.signedIn ? [{ name, login: user, app }] : [],
    ),
    groupSets: groupSetsOf(config),
  });
  return { ...judgement, sends };
}

/**
 * Carries out a plan on an org that takes no writes: the kinds' own writes, one after the other. What a kind refuses is left
 * out and the rest carried out: apply, which stops there, does no more than that.
 */
export async function dryRunPlan(
  plan: OrgPlan,
  api: DryRun,
  options: Pick<GuardOptions, 'ledger' | 'records' | 'adoptCredentials'> & Pick<CarryOut, 'begun'>,
): Promise<Effect & { sends: Sends }> {
  const { ledger, records, adoptCredentials = false } = options;
  const created = new Map<string, string>();
  const renamed = renamedObjects(records?.list() ?? []);
  const { api: tallied, requests } = talliedApi(api);
  const context = createContext({ api: tallied, ledger, adoptCredentials, created, renamed });
  const refused: string[] = [];
  if (records) await beforeImages(plan, context);
  const first = [...requests];
  const byChange = new Map<string, Sends['first']>();
  let sentBefore = 0;
  for (let left: OrgPlan | undefined = plan; left; ) {
    const { changes }: Pick<OrgApplyResult, 'changes'> = await applyPlan(left, {
      begin: async ({ address }) => {
        options.begun?.(address);
        sentBefore = requests.length;
        return { context, mayHaveWritten: () => false };
      },
      ended: ({ address }) => byChange.set(address, requests.slice(sentBefore)),
      created: async ({ address, declared }, id) => {
        created.set(address, id);
        if (declared.formerly?.id) renamed.set(declared.formerly.id, id);
      },
      concurrency: 1,
    });
    const failed = changes.find(({ error }) => error !== undefined);
    if (failed && !isRefusalOfKind(failed.error)) throw failed.error;
    if (failed && isRefusalOfKind(failed.error)) refused.push(`${failed.change.address}: ${failed.error.message}`);
    const rest = changes.filter(({ outcome }) => outcome === 'unapplied').map(({ change }) => change);
    left = failed && planWithout({ ...plan, changes: rest }, failed.change.address);
  }
  const ids = new Map(plan.changes.flatMap(({ address, found }) => (found ? [[address, found.live.id] as const] : [])));
  for (const [address, id] of created) ids.set(address, id);
  return { ids, refused, sends: { first, byChange } };
}

/** Codes of errors that say something of the connection, not of a change. */
const OF_THE_CONNECTION = ['not-an-org', 'credentials-refused', 'credentials-unusable', 'interrupted'];

/** What a kind itself will not do; anything else is a read that failed. */
function isRefusalOfKind(error: unknown): error is OrgproofError {
  return error instanceof OrgproofError && !OF_THE_CONNECTION.includes(error.code);
}

/** A plan without one change, and without those that name what it would create. */
function planWithout(plan: OrgPlan, address: string): OrgPlan {
  const left = new Set([address]);
  const isCreation = plan.changes.some((change) => change.address === address && change.action === 'create');
  for (const { implementation, declared, address: own } of isCreation ? plan.changes : []) {
    const named = implementation.references(declared.spec, declared.key);
    if (named.some((reference) => left.has(addressOf(reference.kind, reference.key)))) left.add(own);
  }
  return { ...plan, changes: plan.changes.filter((change) => !left.has(change.address)) };
}

/** Groups that a declared user is put into, and those of flows' own users. */
function groupSetsOf({ declared, flows }: Pick<Config, 'declared' | 'flows'>): string[][] {
  const ofUsers = declared
    .filter((object) => object.kind === 'user' && object.ensure === 'present')
    .map((object) => [...((object.spec as { groups?: { add: readonly string[] } }).groups?.add ?? [])]);
  const ofFlows = flows.flatMap(({ user }) => (typeof user === 'string' ? [] : [user.groups]));
  return [...ofUsers, ...ofFlows].filter((set) => set.length > 0);
}

/**
 * What was accepted without need: said, not refused, so that a command can be given again when it is done.
 * @param known every address that a lockout could have
 * @throws OrgproofError `usage` (exit 5) for an address that is none of these
 */
function needlesslyAccepted(
  accept: readonly string[],
  findings: readonly Finding[],
  known: readonly string[],
): string[] {
  const unknown = accept.find((address) => !known.includes(address));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, known, 'see the addresses in plan --json');
    throw usageError(`--accept-lockout ${unknown}: nothing has that address`, hint);
  }
  const needless = accept.filter((address) => !findings.some((finding) => finding.address === address));
  return [...new Set(needless)].map((address) => `--accept-lockout ${address}: there is no lockout at that address`);
}

/** Values by which changes most often lock people out, and fields: the place of such a one says more than the object's. */
const TELLING_VALUES: readonly unknown[] = ['denied', 'disabled', 'inactive'];
const TELLING_FIELDS = [
  'access',
  'userMustAuthenticateWith',
  'methods',
  'signInPolicy',
  'assignedTo',
  'usedFor',
  'authenticators',
  'groups',
];

function placeOf(plan: OrgPlan, address: string, config: Pick<Config, 'locate'>): SourcePlace | undefined {
  const fields = plan.changes.find((change) => change.address === address)?.fields ?? [];
  const byName = TELLING_FIELDS.flatMap((name) => fields.find(({ path }) => path.split('.')[0] === name) ?? []);
  const field = fields.find(({ after }) => TELLING_VALUES.includes(after)) ?? byName[0] ?? fields[0];
  return config.locate(address, field?.path ?? '');
}
