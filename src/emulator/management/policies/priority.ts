/**
 * The two generations of priorities (documented and recorded). v1 (MFA_ENROLL, OKTA_SIGN_ON, PASSWORD, IDP_DISCOVERY,
 * authorization server policies and their rules): dense from 1, an insertion shifts the others down, a deletion closes
 * the gap, the system object is always last. v2 rules (ACCESS_POLICY, PROFILE_ENROLLMENT): from 0, gaps stay, an insertion
 * at a taken value shifts until the first gap, the catch-all stands at 99, behind everything.
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

/**
 * Priorities of v2 siblings after `moved` was put at `wanted` (undefined, or beyond all: behind the last custom rule). Who
 * stands there shifts up until the first gap; where that would reach the catch-all, the last ones close up downwards.
 */
export function sparseWith(others: readonly Ranked[], moved: Ranked, wanted: number | undefined): Map<string, number> {
  const custom = sorted(others.filter((row) => !row.system));
  const at = wanted === undefined ? -1 : custom.findIndex((row) => row.priority >= wanted);
  const place = at === -1 ? custom.length : at;
  const first = Math.max(wanted ?? (custom.at(-1)?.priority ?? -1) + 1, 0);
  const order = [...custom.slice(0, place), { ...moved, priority: first }, ...custom.slice(place)];
  const priorities = order.map((row) => row.priority);
  for (let index = place + 1; index < order.length; index += 1) {
    priorities[index] = Math.max(priorities[index] ?? 0, (priorities[index - 1] ?? 0) + 1);
  }
  let free = LAST_V2;
  for (let index = order.length - 1; index >= 0; index -= 1) {
    const priority = Math.min(priorities[index] ?? 0, free);
    priorities[index] = priority;
    free = priority - 1;
  }
  const system = others.filter((row) => row.system).map((row): [string, number] => [row.id, row.priority]);
  return new Map([...order.map((row, index): [string, number] => [row.id, priorities[index] ?? 0]), ...system]);
}

/** Whether a v2 policy can take another rule: there are 99 places before its catch-all. */
export function hasRoom(rules: readonly Ranked[]): boolean {
  return rules.filter((row) => !row.system).length <= LAST_V2;
}

function sorted(rows: readonly Ranked[]): Ranked[] {
  return [...rows].sort((a, b) => a.priority - b.priority);
}

function numbered(rows: readonly Ranked[]): Map<string, number> {
  return new Map(rows.map((row, index) => [row.id, index + 1]));
}
