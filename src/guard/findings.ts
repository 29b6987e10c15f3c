/** Losses as findings: each under the address of the change that causes it, those alike told together. */
import type { Loss } from './loss.ts';
import type { World } from './world.ts';

/** A reason not to carry out a plan. */
export interface Finding {
  /** Of the change that causes it. */
  address: string;
  /** Who loses what and why, in one sentence. */
  reason: string;
}

/** What the changes of a plan have to do with the org's objects. */
export interface Causes {
  /** The address of the change that concerns the object with this id. */
  addressOf(id: string): string | undefined;
  /** Addresses of all changes, in the plan's order. */
  addresses: readonly string[];
  /** The org as it would be without one change, and without those that need what it creates. */
  without(address: string): Promise<World>;
}

/** In the plan's order. */
export async function findingsOf(losses: readonly Loss[], causes: Causes): Promise<Finding[]> {
  const groups = new Map<string, { address: string; losses: Loss[] }>();
  for (const loss of losses) {
    const address = await causeOf(loss, causes);
    const key = [address, loss.what, loss.reason].join('\n');
    groups.set(key, { address, losses: [...(groups.get(key)?.losses ?? []), loss] });
  }
  return [...groups.values()]
    .map(({ address, losses: alike }) => ({ address, reason: sentence(alike) }))
    .toSorted((a, b) => causes.addresses.indexOf(a.address) - causes.addresses.indexOf(b.address));
}

/**
 * The change without which nothing would be lost: among those of the deciding objects first, then among all. Where it takes
 * more than one change to undo the loss, that of the object which decides it.
 */
async function causeOf(loss: Loss, causes: Causes): Promise<string> {
  const deciding = [...new Set(loss.deciding.flatMap((id) => causes.addressOf(id) ?? []))];
  const others = causes.addresses.filter((address) => !deciding.includes(address)).slice(0, MOST_TRIED);
  for (const address of [...deciding, ...others]) {
    if (!loss.happensIn(await causes.without(address))) return address;
  }
  return deciding[0] ?? others[0] ?? '';
}

/** Of the changes that are none of a deciding object: each takes a dry run of the plan. */
const MOST_TRIED = 50;

/** More than these are only counted. */
const MOST_NAMED = 3;

/** Of losses that have `what` and `reason` in common. */
export function sentence(losses: readonly Loss[]): string {
  const havings = new Map<string, string[]>();
  for (const { who, having } of losses) {
    havings.set(who, [...(havings.get(who) ?? []), ...(having === undefined ? [] : [having])]);
  }
  const who = [...havings].map(([name, all]) => (all.length > 0 ? `${name} who have ${all.join(', or ')}` : name));
  const named = who.slice(0, MOST_NAMED);
  const others = who.length - named.length;
  const all = others > 0 ? [...named, `${others} more classes of people`] : named;
  const more = losses.map((loss) => loss.more ?? '').find((text) => text !== '') ?? '';
  return `${all.join(', and ')} ${losses[0]?.what}: ${losses[0]?.reason}${more}`;
}
