import type { AppContext } from './context.ts';
import { invalid } from './okta-error.ts';

export interface PageOptions {
  /** Page size when the client names none, and the largest it may name. */
  defaultLimit: number;
  maxLimit: number;
  /** The cursor of a row; its id unless told otherwise. */
  cursorOf?: (row: { id: string }) => string;
}

/**
 * One page of a list, with Okta's `Link` headers: `self` always, `next` while there is more. The self link shows the
 * effective limit first and drops `sortOrder` (recorded). Cursors are ids: rows that vanish between two pages do not
 * make a client miss others, as long as the cursor's own row stays.
 */
export function page<T extends { id: string }>(c: AppContext, rows: readonly T[], options: PageOptions): T[] {
  const limit = limitOf(c, options);
  const cursorOf = options.cursorOf ?? ((row) => row.id);
  const after = c.req.query('after');
  const start = after === undefined ? 0 : rows.findIndex((row) => cursorOf(row) === after) + 1;
  const shown = rows.slice(start, start + limit);
  const last = shown.at(-1);
  addLinks(c, limit, last && start + limit < rows.length ? cursorOf(last) : undefined);
  return shown;
}

/** What {@link pageFrom} needs to know of a long list. */
export interface LongList<T> {
  /** The rows behind a cursor, in order; all of them for undefined. */
  after: (cursor: string | undefined) => Iterable<T>;
  /** The cursor of a row; its id unless told otherwise. */
  cursorOf?: (row: T) => string;
}

/** One page of a list that is read on from the cursor, so that a page costs what it shows. Headers as for {@link page}. */
export function pageFrom<T extends { id: string }>(c: AppContext, list: LongList<T>, options: PageOptions): T[] {
  const limit = limitOf(c, options);
  const cursorOf = list.cursorOf ?? ((row: T) => row.id);
  const after = c.req.query('after');
  const shown: T[] = [];
  let more = false;
  for (const row of list.after(after)) {
    more = shown.length === limit;
    if (more) break;
    shown.push(row);
  }
  const last = shown.at(-1);
  addLinks(c, limit, more && last !== undefined ? cursorOf(last) : undefined);
  return shown;
}

/** The `Link` headers of a page; without a next cursor there is no next page. An unlimited list names no limit. */
function addLinks(c: AppContext, limit: number, next: string | undefined): void {
  const after = c.req.query('after');
  const size: Record<string, string> = Number.isFinite(limit) ? { limit: String(limit) } : {};
  linkHeader(c, selfUrl(c, { ...(after === undefined ? {} : { after }), ...size }), 'self');
  if (next === undefined) return;
  // Only the self link lacks it: the next page continues in the same order.
  const sortOrder = c.req.query('sortOrder');
  linkHeader(c, selfUrl(c, { after: next, ...size, ...(sortOrder === undefined ? {} : { sortOrder }) }), 'next');
}

/** The URL that this answer's `Link` headers name as the next page; undefined on the last. */
export function nextPage(c: AppContext): string | undefined {
  return /<([^>]*)>; rel="next"/.exec(c.res.headers.get('Link') ?? '')?.[1];
}

/** Adds one `Link` header. */
export function linkHeader(c: AppContext, url: string, rel: 'self' | 'next'): void {
  c.header('Link', `<${url}>; rel="${rel}"`, { append: true });
}

/** The URL of this request: `first` in front, then the rest of its query without `dropped` and `sortOrder`. */
export function selfUrl(c: AppContext, first: Record<string, string>, dropped: readonly string[] = []): string {
  const query = new URLSearchParams(first);
  for (const [key, value] of new URL(c.req.url).searchParams) {
    if (!(key in first) && key !== 'sortOrder' && !dropped.includes(key)) query.append(key, value);
  }
  const text = query.toString();
  return `${c.get('baseUrl')}${c.req.path}${text === '' ? '' : `?${text}`}`;
}

function limitOf(c: AppContext, options: PageOptions): number {
  const given = c.req.query('limit');
  if (given === undefined || given === '') return options.defaultLimit;
  const limit = Number(given);
  if (!Number.isInteger(limit) || limit < 1) {
    throw invalid('limit', `limit: The value of limit must be between 1 and ${options.maxLimit}.`);
  }
  return Math.min(limit, options.maxLimit);
}
