/**
 * What an org would hold after some writes, without sending any: the org's own answers, and over them what the writes
 * would have changed. Objects lie at their paths, as the API has them.
 */
import { ManagementApiError } from '../okta/api.ts';
import { type IndexedReader, keyOf, withoutQuery } from '../okta/reader.ts';

export type Json = Record<string, unknown>;

const NEW = 'new-';

/** Whether an object with this id is one that a dry run created. */
export function isNewId(id: string): boolean {
  return id.startsWith(NEW);
}

export class Overlay {
  readonly #org: IndexedReader;
  /** Undefined stands for an object that was deleted. */
  readonly #changed = new Map<string, Json | undefined>();
  /** Keys of objects that the org does not list, by collection, in the order in which they came. */
  readonly #added = new Map<string, string[]>();
  readonly #newPaths = new Set<string>();

  constructor(org: IndexedReader) {
    this.#org = org;
  }

  /** An id that no object of the org has; the same for the same object in every dry run, as far as its name goes. */
  newId(collection: string, body: Json): string {
    const profile = body.profile as Json | undefined;
    const name = String(body.name ?? body.label ?? profile?.login ?? profile?.name ?? body.key ?? '');
    const stem = `${NEW}${encodeURIComponent(name)}`;
    const taken = (id: string) => this.#changed.has(`${collection}/${id}`);
    let id = stem;
    for (let copy = 2; taken(id); copy += 1) id = `${stem}-${copy}`;
    return id;
  }

  /** The object at a path. @throws ManagementApiError 404 E0000007 when it is gone, as the org would */
  async get(path: string): Promise<Json> {
    const own = withoutQuery(path);
    const known = this.known(own);
    if (known) return known;
    if (this.isGone(own) || this.isNew(own)) throw notFound(path);
    return this.#org.get<Json>(path);
  }

  /** The object as far as it is known without a request. */
  known(path: string): Json | undefined {
    return this.#changed.get(path) ?? (this.isGone(path) ? undefined : this.#org.item<Json>(path));
  }

  /**
   * The list at a path, all its pages; what was added comes last.
   * @param embedded what the org lists there, when that is known without asking
   */
  async list(path: string, embedded?: readonly Json[]): Promise<Json[]> {
    const collection = withoutQuery(path);
    if (this.isGone(collection)) throw notFound(path);
    const live: readonly Json[] = embedded ?? (this.isNew(collection) ? [] : await this.#org.list<Json>(path));
    const kept: Json[] = [];
    for (const item of live) {
      const own = `${collection}/${keyOf(item)}`;
      const now = this.#changed.has(own) ? this.#changed.get(own) : item;
      if (now) kept.push(now);
    }
    const shown = new Set(live.map(keyOf));
    const added = (this.#added.get(collection) ?? []).filter((key) => !shown.has(key));
    return [
      ...kept,
      ...added.map((key) => this.#changed.get(`${collection}/${key}`)).filter((item) => item !== undefined),
    ];
  }

  /** Replaces an object that is there. */
  set(path: string, value: Json): void {
    this.#changed.set(path, value);
  }

  /** Puts an object into its collection's list, whether or not the org has it there. */
  add(path: string, value: Json): void {
    const cut = path.lastIndexOf('/');
    const [collection, key] = [path.slice(0, cut), path.slice(cut + 1)];
    const added = this.#added.get(collection) ?? [];
    if (!added.includes(key)) this.#added.set(collection, [...added, key]);
    this.#changed.set(path, value);
  }

  /** Adds an object that the org knows nothing of: nothing below its path is ever asked for. */
  create(path: string, value: Json): void {
    this.#newPaths.add(path);
    this.add(path, value);
  }

  remove(path: string): void {
    this.#changed.set(path, undefined);
  }

  /** Whether the object, or one that it belongs to, was deleted. */
  isGone(path: string): boolean {
    return parents(path).some((own) => this.#changed.has(own) && this.#changed.get(own) === undefined);
  }

  /** Whether the object, or one that it belongs to, is none of the org's. */
  isNew(path: string): boolean {
    return parents(path).some((own) => this.#newPaths.has(own));
  }
}

/** A path and those above it. */
function parents(path: string): string[] {
  const steps = path.split('/');
  return steps.map((_, index) => steps.slice(0, steps.length - index).join('/'));
}

function notFound(path: string): ManagementApiError {
  return new ManagementApiError({
    status: 404,
    errorCode: 'E0000007',
    errorSummary: `Not found: Resource not found: ${path}`,
    errorCauses: [],
    errorId: undefined,
    method: 'GET',
    path,
  });
}
