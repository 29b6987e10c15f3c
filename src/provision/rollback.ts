/** Undoing applies: what their before-images want, planned against the org as it is now. */
import type { Config } from '../config/load.ts';
import { type BeforeImage, causeOf, undoOf } from '../engine/before-image.ts';
import type { Declared } from '../engine/kind.ts';
import { KINDS } from '../kinds/index.ts';
import { addressOf } from '../shared/address.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import { type OrgPlan, type PlanOptions, planOrg } from './index.ts';
import { type ApplyRecord, changedImages, type Records } from './records.ts';

export interface Undo {
  plan: OrgPlan;
  /** The applies that it undoes, newest first. */
  undoes: readonly string[];
  /** What it puts back, whether or not that needs a write. */
  addresses: readonly string[];
}

type UndoOptions = Pick<PlanOptions, 'api' | 'reader' | 'ledger'> & { records: Records };

/**
 * Plans to put the org back to what it was before an apply: the last one, or the one named with all that came after it.
 * @throws OrgproofError `nothing-to-roll-back`, `no-such-apply` (exit 5)
 */
export async function planRollback(options: UndoOptions & { applyId?: string | undefined }): Promise<Undo> {
  const undoable = options.records.list().filter(isUndoable);
  const first = options.applyId === undefined ? undoable.length - 1 : indexOf(options.applyId, undoable);
  const records = undoable.slice(Math.max(first, 0));
  if (records.length === 0) {
    throw new OrgproofError(`no apply to ${options.api.orgUrl} is recorded here that could be rolled back`, {
      code: 'nothing-to-roll-back',
      hint: 'records are kept in .orgproof/applies of the folder in which apply ran',
      exitCode: EXIT.usage,
    });
  }
  return planUndo(options, records, () => true);
}

/**
 * Plans to undo all that applies did to what the config declares: objects that they created go, the others are put back to
 * what they were before the first apply.
 */
export async function planDestroy(options: UndoOptions & { config: Pick<Config, 'declared'> }): Promise<Undo> {
  const declared = options.config.declared.filter((object) => object.ensure === 'present');
  const addresses = new Set(declared.map((object) => object.address));
  // What a destroy did is no apply of this config: it can be rolled back, not destroyed.
  const records = options.records.list().filter((record) => isUndoable(record) && record.does === 'apply');
  const undo = await planUndo(options, records, (address) => addresses.has(address));
  const touched = new Set(records.flatMap(changedImages).map(({ kind, key }) => addressOf(kind, key)));
  const notes = declared
    .filter((object) => !touched.has(object.address))
    .map(({ address }) => ({ address, text: 'no apply recorded here made or changed it: left alone' }));
  return { ...undo, plan: { ...undo.plan, notes: [...undo.plan.notes, ...notes] } };
}

async function planUndo(
  { api, reader, ledger }: UndoOptions,
  records: readonly ApplyRecord[],
  concerns: (address: string) => boolean,
): Promise<Undo> {
  const images = new Map<string, BeforeImage[]>();
  for (const image of records.flatMap(changedImages)) {
    const address = addressOf(image.kind, image.key);
    if (concerns(address) || concerns(causeOf(image))) images.set(address, [...(images.get(address) ?? []), image]);
  }
  const declared = withoutOrphans(
    [...images.values()].map(undoOf).filter((undo): undo is Declared => undo !== undefined),
  );
  const plan = await planOrg({ config: { declared }, api, ...(reader ? { reader } : {}), ledger, undo: true });
  const notes = plan.changes.flatMap(({ address }) =>
    lostIn(images.get(address) ?? []).map((text) => ({ address, text: `cannot be put back: ${text}` })),
  );
  return {
    plan: { ...plan, notes: [...plan.notes, ...notes] },
    undoes: records.map((record) => record.id).reverse(),
    addresses: [...images.keys()],
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

function isUndoable(record: ApplyRecord): boolean {
  return record.does !== 'rollback' && changedImages(record).length > 0;
}

function indexOf(id: string, records: readonly ApplyRecord[]): number {
  const index = records.findIndex((record) => record.id === id);
  if (index >= 0) return index;
  const ids = records.map((record) => record.id);
  const near = nearest(id, ids) ?? ids.at(-1);
  throw new OrgproofError(`there is no apply ${id} that could be rolled back`, {
    code: 'no-such-apply',
    hint: near === undefined ? 'none is recorded here' : `the last one is ${ids.at(-1)}; rollback --list shows all`,
    exitCode: EXIT.usage,
  });
}
