import type { AppContext } from '../http/context.ts';
import { valuesAt } from './filter.ts';

/**
 * The rows of a search behind its cursor, sorted as it asks: by the one property that `sortBy` names, alike ones by id
 * (OpenAPI 2026.06.3). Rows without a value come last. A search without `sortBy` keeps its order: undefined.
 */
export function sortedSearch<T extends { id: string }>(c: AppContext, matches: () => Iterable<T>): T[] | undefined {
  const { search, sortBy, sortOrder, after } = c.req.query();
  if (search === undefined || sortBy === undefined) return undefined;
  const path = sortBy.split('.');
  const direction = sortOrder?.toLowerCase() === 'desc' ? -1 : 1;
  const rows = [...matches()].map((row) => ({ row, value: valuesAt(row, path)[0] ?? null }));
  rows.sort((a, b) => compare(a.value, b.value, direction) || a.row.id.localeCompare(b.row.id));
  return rows.slice(after === undefined ? 0 : rows.findIndex(({ row }) => row.id === after) + 1).map(({ row }) => row);
}

function compare(a: unknown, b: unknown, direction: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a).toLowerCase().localeCompare(String(b).toLowerCase());
  return order * direction;
}
