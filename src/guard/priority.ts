/**
 * Priorities as Okta keeps them (documented and recorded). Policies and rules of the first generation are numbered densely
 * from 1, the system one last; rules of app sign-in and profile enrollment policies start at 0, keep their gaps, and shift up
 * to the first gap only.
 */

export interface Ranked {
  id: string;
  priority: number;
  system: boolean;
}

/**
 * The priorities after `own` was put at `wanted`; without one it comes last before the system object.
 * @param others its siblings, system ones included
 */
export function placed(
  scheme: 'dense' | 'gapped',
  others: readonly Ranked[],
  own: Pick<Ranked, 'id'>,
  wanted: number | undefined,
): Map<string, number> {
  const custom = others.filter((one) => !one.system).toSorted((a, b) => a.priority - b.priority);
  return scheme === 'dense' ? placedDense(custom, others, own, wanted) : placedGapped(custom, own, wanted);
}

function placedDense(
  custom: readonly Ranked[],
  others: readonly Ranked[],
  own: Pick<Ranked, 'id'>,
  wanted: number | undefined,
): Map<string, number> {
  const at = Math.min(Math.max((wanted ?? custom.length + 1) - 1, 0), custom.length);
  const order = [...custom.slice(0, at), own, ...custom.slice(at), ...others.filter((one) => one.system)];
  return new Map(order.map((one, index) => [one.id, index + 1]));
}

function placedGapped(
  custom: readonly Ranked[],
  own: Pick<Ranked, 'id'>,
  wanted: number | undefined,
): Map<string, number> {
  const slot = wanted ?? (custom.at(-1)?.priority ?? -1) + 1;
  const priorities = new Map([[own.id, slot]]);
  let taken = slot;
  for (const one of custom) {
    const priority = one.priority === taken ? one.priority + 1 : one.priority;
    if (priority > one.priority) taken = priority;
    priorities.set(one.id, priority);
  }
  return priorities;
}
