/** Undoing applies: what their before-images want, planned against the org as it is now. */
import type { Config } from '../config/load.ts';
import { type BeforeImage, causeOf, undoOf } from '../engine/before-image.ts';
import type { Declared } from '../engine/kind.ts';
import { KINDS } from '../kinds/index.ts';
import type { IndexedReader } from '../okta/reader.ts';
import { addressOf } from '../shared/address.ts';
import { usageError } from '../shared/errors.ts';
import { type OrgPlan, type PlanOptions, planOrg } from './index.ts';
import { type ApplyRecord, changedImages, type Records, returnedObjects } from './records.ts';

export interface Undo {
  plan: OrgPlan;
  /** The applies that it undoes, newest first. */
  undoes: readonly string[];
  /** What it puts back, whether or not that needs a write. */
  addresses: readonly string[];
  /** Objects come back as they were deleted, and were changed before that: another undo puts that back, too. */
  composed: boolean;
  /** The same, planned against the org as the reader finds it. */
  again(reader: IndexedReader): Promise<Undo>;
}

type UndoOptions = Pick<PlanOptions, 'api' | 'ledger'> & { reader: IndexedReader; records: Records };

/**
 * Plans to put the org back to what it was before an apply: the last one, or the one named with all that came after it.
 * @throws OrgproofError `nothing-to-roll-back`, `no-such-apply` (exit 5)
 */
export async function planRollback(options: UndoOptions & { applyId?: string | undefined }): Promise<Undo> {
  const all = options.records.list();
  const undoable = all.filter((record) => isUndoable(record, all));
  const first = options.applyId === undefined ? undoable.length - 1 : indexOf(options.applyId, undoable);
  const records = undoable.slice(Math.max(first, 0));
  if (records.length === 0) {
    throw usageError(
      `no apply to ${options.api.orgUrl} is recorded here that could be rolled back`,
      'records are kept in .orgproof/applies of the folder in which apply ran',
      'nothing-to-roll-back',
    );
  }
  const ids = new Set(records.map(({ id }) => id));
  return planUndo(options, ids, () => true);
}

/**
 * Plans to undo all that applies did to what the config declares: objects that they created go, the others are put back to
 * what they were before the first apply.
 */
export async function planDestroy(options: UndoOptions & { config: Pick<Config, 'declared'> }): Promise<Undo> {
  const declared = options.config.declared.filter((object) => object.ensure === 'present');
  const addresses = new Set(declared.map((object) => object.address));
  // What a destroy did is no apply of this config: it can be rolled back, not destroyed.
  const all = options.records.list();
  const records = all.filter((record) => isUndoable(record, all) && record.does === 'apply');
  const ids = new Set(records.map(({ id }) => id));
  const undo = await planUndo(options, ids, (address) => addresses.has(address));
  const touched = new Set(undo.addresses);
  const notes = declared
    .filter((object) => !touched.has(object.address))
    .map(({ address }) => ({ address, text: 'no apply recorded here made or changed it: left alone' }));
  return { ...undo, plan: { ...undo.plan, notes: [...undo.plan.notes, ...notes] } };
}

async function planUndo(
  options: UndoOptions,
  ids: ReadonlySet<string>,
  concerns: (address: string) => boolean,
): Promise<Undo> {
  const { api, reader, ledger } = options;
  const all = options.records.list();
  const records = all.filter(({ id }) => ids.has(id));
  const images = new Map<string, BeforeImage[]>();
  for (const image of records.flatMap((record) => changedImages(record, all))) {
    const address = addressOf(image.kind, image.key);
    if (concerns(address) || concerns(causeOf(image))) images.set(address, [...(images.get(address) ?? []), image]);
  }
  const returned = returnedObjects(all);
  const declared = withoutOrphans([...images.values()].flatMap((own) => undoOf(own, returned) ?? []));
  const plan = await planOrg({ config: { declared }, api, reader, ledger, undo: true });
  const notes = [...images].flatMap(([address, own]) =>
    lostIn(own).map((text) => ({ address, text: `cannot be put back: ${text}` })),
  );
  return {
    plan: { ...plan, notes: [...plan.notes, ...notes] },
    undoes: records.map((record) => record.id).reverse(),
    addresses: [...images.keys()],
    composed: plan.changes.some(
      ({ declared: { formerly } }) => formerly?.image !== undefined && formerly.changedBefore,
    ),
    again: (reader) => planUndo({ ...options, reader }, ids, concerns),
  };
}

/** Less what goes with its parent: rules of a policy that is deleted need no write of their own. */
function withoutOrphans(undos: readonly Declared[]): Declared[] {
  const going = new Set(undos.filter(({ ensure }) => ensure === 'absent').map(({ address }) => address));
  return undos.filter(({ kind, key, spec }) => {
    const references = KINDS.find(({ name }) => name === kind)?.references(spec, key) ?? [];
    return !references.some(
      (reference) => reference.path === '' && going.has(addressOf(reference.kind, reference.key)),
    );
  });
}

function lostIn(images: readonly BeforeImage[]): string[] {
  // What was created by an apply is deleted: then nothing needs to be put back.
  return images[0]?.action === 'create' ? [] : [...new Set(images.flatMap((image) => image.lost))];
}

/** Whether there is something to roll back in a record; a rollback is none of those. */
function isUndoable(record: ApplyRecord, all: readonly ApplyRecord[]): boolean {
  return record.does !== 'rollback' && changedImages(record, all).length > 0;
}

function indexOf(id: string, records: readonly ApplyRecord[]): number {
  const index = records.findIndex((record) => record.id === id);
  if (index >= 0) return index;
  const last = records.at(-1)?.id;
  const hint = last === undefined ? 'none is recorded here' : `the last one is ${last}; rollback --list shows all`;
  throw usageError(`there is no apply ${id} that could be rolled back`, hint, 'no-such-apply');
}
