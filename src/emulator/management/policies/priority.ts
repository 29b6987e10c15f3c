/**
 * The two generations of priorities (documented and recorded). v1 (MFA_ENROLL, OKTA_SIGN_ON, PASSWORD, IDP_DISCOVERY,
 * authorization server policies and their rules): dense from 1, an insertion shifts the others down, a deletion closes
 * the gap, the system object is always last. v2 rules (ACCESS_POLICY, PROFILE_ENROLLMENT): from 0, gaps stay, an insertion
 * at a taken value shifts until the first gap, the catch-all stands at 99.
 */

export interface Ranked {
  id: string;
  priority: number;
  system: boolean;
}

/** The last place before the catch-all of a v2 policy. */
const LAST_V2 = 98;

/**
 * Priorities of v1 siblings after `moved` was put at `wanted` (undefined: last before the system ones).
 * @param others all siblings but the moved one
 * @returns id -> priority, of all
 */
export function denseWith(others: readonly Ranked[], moved: Ranked, wanted: number | undefined): Map<string, number> {
  const custom = sorted(others.filter((row) => !row.system));
  const place = wanted === undefined ? custom.length : Math.min(Math.max(wanted - 1, 0), custom.length);
  custom.splice(place, 0, moved);
  return numbered([...custom, ...sorted(others.filter((row) => row.system))]);
}

/** Priorities of v1 siblings after one of them went. */
export function denseWithout(others: readonly Ranked[]): Map<string, number> {
  return numbered([...sorted(others.filter((row) => !row.system)), ...sorted(others.filter((row) => row.system))]);
}

/** Priorities of v2 siblings after `moved` was put at `wanted` (undefined: behind the last custom rule). */
export function sparseWith(others: readonly Ranked[], moved: Ranked, wanted: number | undefined): Map<string, number> {
  const custom = sorted(others.filter((row) => !row.system));
  const result = new Map(others.map((row) => [row.id, row.priority]));
  const last = custom.at(-1)?.priority ?? -1;
  let taken = Math.min(Math.max(wanted ?? last + 1, 0), LAST_V2);
  result.set(moved.id, taken);
  for (const row of custom) {
    if (row.priority < taken) continue;
    if (row.priority > taken) break;
    taken += 1;
    result.set(row.id, taken);
  }
  return result;
}

function sorted(rows: readonly Ranked[]): Ranked[] {
  return [...rows].sort((a, b) => a.priority - b.priority);
}

function numbered(rows: readonly Ranked[]): Map<string, number> {
  return new Map(rows.map((row, index) => [row.id, index + 1]));
}
