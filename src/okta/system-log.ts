/** Questions to the System Log. */

/** Okta keeps the log for 90 days; without a time it looks at the last seven (documented). */
const RETENTION_MS = 90 * 24 * 60 * 60_000;

/**
 * The path that asks for the newest events first, of all that the log keeps.
 * @param filter a filter expression of the API
 * @param limit at most 1000 (OpenAPI 2026.06.3)
 */
export function logPath(filter: string, limit: number): string {
  const since = new Date(Date.now() - RETENTION_MS).toISOString();
  const query = new URLSearchParams({ filter, since, sortOrder: 'DESCENDING', limit: String(limit) });
  return `/api/v1/logs?${query}`;
}
