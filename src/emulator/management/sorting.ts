/**
 * Sorted searches, by the one property that `sortBy` names, alike ones by id (OpenAPI 2026.06.3). Rows without a value come
 * last. A table is sorted once until it changes, so that all pages together cost what they show; a cursor holds the value
 * that its page ended with, so that the next one goes on there whatever became of the row.
 */
import type { AppContext } from '../http/context.ts';
import { invalid } from '../http/okta-error.ts';
import type { LongList } from '../http/paging.ts';
import { valuesAt } from './filter.ts';

/** What is needed of a `Collection`. */
interface Table<T> {
  readonly version: number;
  values(): T[];
}

/** What a row is sorted by. */
interface Place {
  value: unknown;
  id: string;
}

interface Sorted<T> extends Place {
  row: T;
}

/** The orders of a table that were asked for lately, by property and direction, as of one version of it. */
interface Orders {
  version: number;
  known: Map<string, Sorted<{ id: string }>[]>;
}

const ORDERS = new WeakMap<object, Orders>();
/** Orders of a table that are kept at a time. */
const MAX_ORDERS = 8;

/** The rows of a table that pass a test, in the order that a search asks for; undefined for one without `sortBy`. */
export function sortedSearch<T extends { id: string }>(
  c: AppContext,
  table: Table<T>,
  test: (row: T) => boolean,
): LongList<T> | undefined {
  const { search, sortBy, sortOrder } = c.req.query();
  if (search === undefined || sortBy === undefined) return undefined;
  const direction = sortOrder?.toLowerCase() === 'desc' ? -1 : 1;
  const after = function* (cursor: string | undefined) {
    const order = orderOf(table, sortBy, direction);
    for (let at = cursor === undefined ? 0 : placeBehind(order, readCursor(cursor), direction); ; at++) {
      const row = order[at]?.row;
      if (row === undefined) return;
      if (test(row)) yield row;
    }
  };
  return { after, cursorOf: (row) => cursorText({ value: sortValue(row, sortBy), id: row.id }) };
}

function sortValue(row: object, sortBy: string): unknown {
  return valuesAt(row, sortBy.split('.'))[0] ?? null;
}

function orderOf<T extends { id: string }>(table: Table<T>, sortBy: string, direction: 1 | -1): Sorted<T>[] {
  let orders = ORDERS.get(table);
  if (orders?.version !== table.version) {
    orders = { version: table.version, known: new Map() };
    ORDERS.set(table, orders);
  }
  const name = `${direction} ${sortBy}`;
  const known = orders.known.get(name) as Sorted<T>[] | undefined;
  if (known) return known;
  const order = table.values().map((row) => ({ value: sortValue(row, sortBy), id: row.id, row }));
  order.sort((a, b) => compare(a, b, direction));
  if (orders.known.size >= MAX_ORDERS) orders.known.clear();
  orders.known.set(name, order);
  return order;
}

/** The first place that is behind another, which may be nobody's any more. */
function placeBehind(order: readonly Place[], last: Place, direction: 1 | -1): number {
  let [from, to] = [0, order.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const place = order[middle];
    if (place && compare(place, last, direction) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function compare(a: Place, b: Place, direction: 1 | -1): number {
  return compareValues(a.value, b.value, direction) || a.id.localeCompare(b.id);
}

function compareValues(a: unknown, b: unknown, direction: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a).toLowerCase().localeCompare(String(b).toLowerCase());
  return order * direction;
}

function cursorText({ value, id }: Place): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url');
}

function readCursor(cursor: string): Place {
  try {
    const [value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (typeof id === 'string') return { value, id };
  } catch {
    // refused below
  }
  throw invalid('after', 'after: Invalid cursor.');
}
