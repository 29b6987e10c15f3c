/** plan and apply of a config against an org: the engine, the kinds and the Management API brought together. */
import type { Config } from '../config/load.ts';
import { type ApplyEffects, type ApplyResult, applyPlan, type Outcome } from '../engine/apply.ts';
import { type BeforeImage, beforeImage, sideEffectImages } from '../engine/before-image.ts';
import type { Declared } from '../engine/kind.ts';
import { makePlan, type Plan, type PlannedChange } from '../engine/plan.ts';
import { KINDS, type OrgContext } from '../kinds/index.ts';
import { isInDoubt, ManagementApiError, type OktaApi } from '../okta/api.ts';
import { memoisingReader, type Reader } from '../okta/reader.ts';
import { addressOf } from '../shared/address.ts';
import { usageError } from '../shared/errors.ts';
import { didYouMean } from '../shared/nearest.ts';
import type { WellKnownOrganization } from '../wire/org.ts';
import type { Policy } from '../wire/policy.ts';
import { classicEngine } from './classic.ts';
import type { Ledger } from './ledger.ts';
import { type Recorded, type Recorder, type Records, renamedObjects } from './records.ts';
import { resolveInDoubt } from './resolve.ts';

export type OrgPlan = Plan<OrgContext>;

export interface PlanOptions {
  config: Pick<Config, 'declared'>;
  api: OktaApi;
  /** Answers of `api` that others read as well; one of its own when it is not given. */
  reader?: Reader;
  ledger: Ledger;
  /** Passwords and phones of users that were there before may be set. */
  adoptCredentials?: boolean;
  /** Addresses to which the plan is confined. */
  only?: readonly string[];
  /** The declared objects undo earlier applies. */
  undo?: boolean;
}

/**
 * Reads the org and works out what `apply` would do. Sends no write.
 * @throws ManagementApiError, OrgUnreachableError when a read fails: a failed read is never "absent"
 * @throws OrgproofError `classic-engine` for an org that does not run Identity Engine
 */
export async function planOrg(options: PlanOptions): Promise<OrgPlan> {
  const { api, only, undo = false } = options;
  const context = createContext(options);
  await assertIdentityEngine(context);
  const { declared } = options.config;
  const plan = await makePlan({ org: api.orgUrl, declared, kinds: KINDS, context, undo });
  return only?.length ? confined(plan, only, declared) : plan;
}

/** The part of a plan that concerns some addresses, provided that the rest of it is not needed for them. */
function confined(plan: OrgPlan, only: readonly string[], declared: readonly Declared[]): OrgPlan {
  const chosen = new Set(only);
  const unknown = only.filter((address) => !declared.some((object) => object.address === address));
  if (unknown.length > 0) {
    const addresses = declared.map((object) => object.address);
    const hint = didYouMean(unknown[0] ?? '', addresses, 'see the addresses in plan --json');
    throw usageError(`the config declares no ${unknown.join(', ')}`, hint);
  }
  const changes = plan.changes.filter((change) => chosen.has(change.address));
  for (const change of changes.filter(({ action }) => action !== 'delete')) {
    const named = change.implementation
      .references(change.declared.spec, change.declared.key)
      .map((reference) => addressOf(reference.kind, reference.key));
    const missing = plan.changes.filter(
      ({ address, action }) => action === 'create' && named.includes(address) && !chosen.has(address),
    );
    if (missing.length > 0) {
      const addresses = missing.map(({ address }) => address);
      throw usageError(
        `${change.address} needs what the org does not have yet: ${addresses.join(', ')}`,
        'add --only for it, too',
      );
    }
  }
  return {
    ...plan,
    changes,
    unchanged: chosen.size - changes.length,
    notes: plan.notes.filter((note) => chosen.has(note.address)),
  };
}

export interface ApplyOptions extends Omit<PlanOptions, 'config' | 'only' | 'undo' | 'reader'> {
  /** Where before-images are kept; nowhere when it is not given. */
  records?: Records;
  /** What is carried out; an apply unless said otherwise. */
  does?: Recorded;
  onProgress?: ApplyEffects<OrgContext>['onProgress'];
  signal?: AbortSignal;
}

export interface OrgApplyResult extends ApplyResult<OrgContext> {
  /** The id under which before-images are kept; undefined when nothing was to be kept. */
  readonly recordId: string | undefined;
  /** Objects that were created again under another id. */
  readonly renamed: readonly { address: string; before: string; after: string }[];
}

/**
 * Carries out a plan made by {@link planOrg}, after keeping what it changes. Never throws for a refused change: the result
 * says what became of each.
 * @throws ManagementApiError, OrgUnreachableError, before anything is written, when what is to be kept cannot be read
 */
export async function applyOrg(plan: OrgPlan, options: ApplyOptions): Promise<OrgApplyResult> {
  const { ledger, signal } = options;
  const api = signal ? options.api.until(signal) : options.api;
  const created = new Map<string, string>();
  const renamed = renamedObjects(options.records?.list() ?? []);
  const shared = createContext({ ...options, api, created, renamed });
  const recorder = plan.changes.length === 0 ? undefined : await keepBeforeImages(plan, shared, options);
  const made = (change: PlannedChange<OrgContext>, id: string) => {
    created.set(change.address, id);
    const before = change.declared.formerly?.id;
    recorder?.made(change.address, id, before);
    if (before !== undefined) renamed.set(before, id);
    // Who was not ours does not become ours by coming back.
    const wasOurs = before !== undefined && ledger.owns(change.address, { id: before, created: '' });
    if (change.implementation.owned && (before === undefined || wasOurs)) ledger.own(change.address, id);
  };
  const ended = (change: PlannedChange<OrgContext>, outcome: Outcome) => {
    recorder?.note(change.address, outcome);
    noteOwnership(ledger, change, outcome);
  };
  const result = await applyPlan(plan, {
    begin: async (change) => {
      recorder?.note(change.address, 'begun');
      if (isNewAndOwned(change)) ledger.intend(change.address);
      const tracked = trackWrites(api);
      return { context: { ...shared, api: tracked.api }, mayHaveWritten: tracked.mayHaveWritten };
    },
    created: async (change, id) => made(change, id),
    ended,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    ...(signal ? { signal } : {}),
  });
  const newIds = plan.changes.flatMap(({ address, declared: { formerly } }) => {
    const after = formerly?.id && created.has(address) ? renamed.get(formerly.id) : undefined;
    return after === undefined ? [] : [{ address, before: formerly?.id ?? '', after }];
  });
  const settled = await resolveInDoubt(result, {
    plan: () => {
      const { org, declared, undo } = plan;
      return makePlan({ org, declared, kinds: KINDS, context: createContext({ ...options, api, renamed }), undo });
    },
    settled: (change, outcome, id) => {
      if (change.action === 'create' && outcome === 'applied' && id !== undefined) made(change, id);
      ended(change, outcome);
      options.onProgress?.({ change, state: outcome, done: result.changes.length, total: result.changes.length });
    },
    signal,
  });
  return { ...settled, recordId: recorder?.id, renamed: newIds };
}

function noteOwnership(ledger: Ledger, change: PlannedChange<OrgContext>, outcome: Outcome): void {
  if (!change.implementation.owned) return;
  if (isNewAndOwned(change) && outcome === 'unapplied') ledger.withdraw(change.address);
  const tookOver = change.fields.some((field) => field.secret);
  if (outcome === 'applied' && tookOver && change.found) ledger.own(change.address, change.found.live.id);
}

function isNewAndOwned({ action, implementation, declared }: PlannedChange<OrgContext>): boolean {
  return action === 'create' && implementation.owned === true && declared.formerly?.id === undefined;
}

async function keepBeforeImages(
  plan: OrgPlan,
  context: OrgContext,
  { records, does = 'apply' }: ApplyOptions,
): Promise<Recorder | undefined> {
  return records?.begin(does, await beforeImages(plan, context));
}

/** What every change of the plan changes; what goes for good is read in full first. */
export async function beforeImages(plan: OrgPlan, context: OrgContext): Promise<readonly BeforeImage[]> {
  const images = await Promise.all(
    plan.changes.map(async (change) => {
      const { action, found, implementation: kind } = change;
      if ((action !== 'delete' && action !== 'replace') || !found) return beforeImage(change);
      return beforeImage(change, kind.remember ? await kind.remember(context, found) : found.live);
    }),
  );
  // What the org does by itself comes first: what a plan saw of the other object may reckon with it already.
  return [...plan.changes.flatMap(sideEffectImages), ...images];
}

/** What the kinds are handed in one run over an org. */
export function createContext(options: {
  api: OktaApi;
  reader?: Reader;
  ledger: Pick<Ledger, 'owns'>;
  adoptCredentials?: boolean;
  created?: ReadonlyMap<string, string>;
  renamed?: ReadonlyMap<string, string>;
}): OrgContext {
  const { api, ledger } = options;
  return {
    api,
    reader: options.reader ?? memoisingReader(api),
    created: options.created ?? new Map(),
    renamed: options.renamed ?? new Map(),
    owns: (address, live) => ledger.owns(address, live),
    adoptCredentials: options.adoptCredentials ?? false,
  };
}

/**
 * @throws OrgproofError `classic-engine` for an org that does not run Identity Engine
 *
 * The read that a plan needs anyway tells the engines apart: Classic does not know app sign-in policies.
 */
export async function assertIdentityEngine({ api, reader }: OrgContext): Promise<void> {
  try {
    await reader.list<Policy>('/api/v1/policies?type=ACCESS_POLICY&expand=rules');
  } catch (error) {
    if (!(error instanceof ManagementApiError && error.errorCode === 'E0000002')) throw error;
    const org = await api.get<WellKnownOrganization>('/.well-known/okta-organization');
    if (org.pipeline === 'idx') throw error;
    throw classicEngine(api.orgUrl, error);
  }
}

/** An API that remembers whether a write got through, or went out and was never answered. */
function trackWrites(api: OktaApi): { api: OktaApi; mayHaveWritten(): boolean } {
  let written = false;
  const tracked = async <T>(send: Promise<T>): Promise<T> => {
    try {
      const answer = await send;
      written = true;
      return answer;
    } catch (error) {
      written ||= isInDoubt(error);
      throw error;
    }
  };
  return {
    mayHaveWritten: () => written,
    api: {
      ...api,
      post: (path, body) => tracked(api.post(path, body)),
      put: (path, body) => tracked(api.put(path, body)),
      delete: (path) => tracked(api.delete(path)),
    },
  };
}
