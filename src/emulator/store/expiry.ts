/** The part of a table that is needed here. */
interface ExpiringTable {
  head(count: number): { id: string; expiresAt: number }[];
  delete(id: string): boolean;
}

/** How many of the oldest rows are looked at: more than are added in between, so that a table cannot grow for ever. */
const LOOKED_AT = 20;

/**
 * Drops rows that have run out, a few at a time, whenever one is added: what was abandoned or never redeemed needs no
 * clean-up of its own.
 */
export function dropExpired(table: ExpiringTable, now: number): void {
  for (const row of table.head(LOOKED_AT)) if (row.expiresAt <= now) table.delete(row.id);
}
