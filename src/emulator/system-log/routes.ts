/** `GET /api/v1/logs`: queries over the System Log, bounded by time or polled for ever. */
import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/context.ts';
import { invalid } from '../http/okta-error.ts';
import { linkHeader, selfUrl } from '../http/paging.ts';
import { compileFilter } from '../management/filter.ts';
import type { Org } from '../org.ts';
import type { LogEventEntity } from './record.ts';
import { renderEvent } from './render.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const WEEK_MS = 7 * 24 * 60 * 60_000;

export function systemLogRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/api/v1/logs', (c) => c.json(query(org, c)));
  return app;
}

/**
 * A page of events, oldest first unless asked otherwise. Without `until` the query is a poll: it names a next page even
 * when there is nothing more yet, which then holds what came later (documented).
 */
function query(org: Org, c: AppContext): Record<string, unknown>[] {
  const { after } = c.req.query();
  const limit = limitOf(c.req.query('limit'));
  const descending = sortOrder(c.req.query('sortOrder')) === 'DESCENDING';
  const polling = c.req.query('until') === undefined && !descending;
  const cursor = after === undefined ? undefined : cursorPlace(after);
  const { shown, more } = take(matching(behind(org, cursor, descending), matcher(org, c)), limit);
  linkHeader(c, selfUrl(c, after === undefined ? {} : { after }), 'self');
  const end = polling ? (org.store.logEvents.last()?.id ?? '0') : undefined;
  const place = shown.at(-1)?.place ?? cursor ?? end;
  if ((more || polling) && place !== undefined) {
    linkHeader(c, selfUrl(c, { after: cursorText(place), limit: String(limit) }), 'next');
  }
  return shown.map(({ event }) => event);
}

/** The events behind a place of the log, in the order asked for. */
function behind(org: Org, cursor: string | undefined, descending: boolean): Iterable<LogEventEntity> {
  if (!descending) return org.store.logEvents.after(cursor);
  const rows = org.store.logEvents.values().reverse();
  return cursor === undefined ? rows : rows.filter((row) => row.id < cursor);
}

interface Found {
  place: string;
  event: Record<string, unknown>;
}

function* matching(rows: Iterable<LogEventEntity>, test: ReturnType<typeof matcher>): Generator<Found> {
  for (const row of rows) {
    const event = renderEvent(row);
    if (test(row, event)) yield { place: row.id, event };
  }
}

/** The first `limit` of what there is, and whether there is more. */
function take(found: Iterable<Found>, limit: number): { shown: Found[]; more: boolean } {
  const shown: Found[] = [];
  for (const one of found) {
    if (shown.length === limit) return { shown, more: true };
    shown.push(one);
  }
  return { shown, more: false };
}

function matcher(org: Org, c: AppContext): (row: LogEventEntity, event: Record<string, unknown>) => boolean {
  const { filter, q } = c.req.query();
  const until = time('until', c.req.query('until'));
  const since = time('since', c.req.query('since')) ?? (until ?? org.clock.now()) - WEEK_MS;
  const test = filter === undefined ? undefined : compileFilter(filter, 'filter');
  const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return (row, event) => {
    const at = Date.parse(row.published);
    if (at < since || (until !== undefined && at > until)) return false;
    if (test && !test(event)) return false;
    if (words.length === 0) return true;
    const text = JSON.stringify(event).toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

function limitOf(given: string | undefined): number {
  if (given === undefined) return DEFAULT_LIMIT;
  const limit = Number(given);
  if (!Number.isInteger(limit) || limit < 0 || limit > MAX_LIMIT) {
    throw invalid('limit', `limit: The value of limit must be between 0 and ${MAX_LIMIT}.`);
  }
  return limit;
}

function sortOrder(given: string | undefined): 'ASCENDING' | 'DESCENDING' {
  if (given === undefined || given === 'ASCENDING' || given === 'DESCENDING') return given ?? 'ASCENDING';
  throw invalid('sortOrder', 'sortOrder: must be ASCENDING or DESCENDING.');
}

function time(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const at = Date.parse(given);
  if (Number.isNaN(at)) throw invalid(name, `${name}: The date format in your query is not recognized.`);
  return at;
}

/** Cursors are opaque to clients. */
function cursorText(place: string): string {
  return Buffer.from(place).toString('base64url');
}

function cursorPlace(after: string): string {
  const place = Buffer.from(after, 'base64url').toString();
  if (!/^\d+$/.test(place)) throw invalid('after', 'after: Invalid cursor.');
  return place.padStart(12, '0');
}
