/**
 * A plan on disk. It holds what was planned and for which files, never a secret: carrying it out reads config and org
 * again, and goes on only when the same plan comes out.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { canonical } from '../engine/diff.ts';
import { type Change, publicChange } from '../engine/plan.ts';
import { EXIT, OrgproofError, usageError } from '../shared/errors.ts';
import type { OrgPlan } from './index.ts';

const FORMAT_VERSION = 1;

export interface SavedPlan {
  formatVersion: typeof FORMAT_VERSION;
  org: string;
  files: readonly string[];
  only: readonly string[];
  changes: readonly Change[];
}

export function savePlan(
  file: string,
  plan: OrgPlan,
  from: { files: readonly string[]; only: readonly string[] },
): void {
  const saved: SavedPlan = {
    formatVersion: FORMAT_VERSION,
    org: plan.org,
    ...from,
    changes: plan.changes.map(publicChange),
  };
  writeFileSync(file, `${JSON.stringify(saved, null, 2)}\n`, { mode: 0o600 });
}

/**
 * A plan replaces an earlier one without asking, as a build's output does; anything else that somebody has written it leaves.
 * @throws OrgproofError (exit 5) when the file is there and holds something else
 */
export function assertPlanMayGoTo(file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  const text = readFileSync(file, 'utf8');
  if (text.trim() === '' || isPlan(text)) return;
  throw usageError(`--out ${file}: the file is there, and is no saved plan`, 'name another file, or remove this one');
}

function isPlan(text: string): boolean {
  try {
    const saved = JSON.parse(text) as Partial<SavedPlan> | null;
    return typeof saved?.formatVersion === 'number' && Array.isArray(saved.changes);
  } catch {
    return false;
  }
}

/** @throws OrgproofError (exit 5) when the file is no plan of this version */
export function loadPlan(file: string): SavedPlan {
  let saved: Partial<SavedPlan>;
  try {
    saved = JSON.parse(readFileSync(file, 'utf8')) as Partial<SavedPlan>;
  } catch (error) {
    throw new OrgproofError(`the plan ${file} cannot be read: ${(error as Error).message}`, {
      code: 'plan-unreadable',
      exitCode: EXIT.usage,
      cause: error,
    });
  }
  if (saved?.formatVersion !== FORMAT_VERSION || !Array.isArray(saved.changes) || !saved.files?.length) {
    throw new OrgproofError(`${file} is not a plan of this version of orgproof`, {
      code: 'plan-unreadable',
      hint: 'make a new one with: orgproof plan --out FILE',
      exitCode: EXIT.usage,
    });
  }
  return saved as SavedPlan;
}

/** @throws OrgproofError `plan-stale` (exit 4) when org or config have changed since the plan was saved */
export function assertSamePlan(saved: SavedPlan, now: OrgPlan): void {
  const differing =
    saved.org !== now.org
      ? `it was made for ${saved.org}`
      : differingAddresses(saved.changes, now.changes.map(publicChange)).join(', ');
  if (differing === '') return;
  throw new OrgproofError(`the saved plan no longer fits ${now.org}: ${differing}`, {
    code: 'plan-stale',
    hint: 'the org or the config has changed since: make a new plan and look at it',
    exitCode: EXIT.refused,
  });
}

function differingAddresses(before: readonly Change[], after: readonly Change[]): string[] {
  const texts = new Map(before.map((change) => [change.address, canonical(change)]));
  const now = new Map(after.map((change) => [change.address, canonical(change)]));
  return [...new Set([...texts.keys(), ...now.keys()])].filter((address) => texts.get(address) !== now.get(address));
}
