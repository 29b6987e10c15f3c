import type { OktaApi } from './api.ts';

/** Reads that several kinds share: each path is asked for once. Forget it after a write. */
export interface Reader {
  get<T>(path: string): Promise<T>;
  list<T>(path: string): Promise<T[]>;
}

/** A reader that also finds objects in what it has read by another path: in a list, or by another name. */
export interface IndexedReader extends Reader {
  /** The object at `path`, which ends with its id; undefined when no answer so far held it. Sends nothing. */
  item<T>(path: string): T | undefined;
  /** Whether the list at `path` was asked for. */
  hasListed(path: string): boolean;
}

/** A reader over an API that remembers every answer, failures included, for as long as it lives. */
export function memoisingReader(api: Pick<OktaApi, 'get' | 'list'>): IndexedReader {
  const answers = new Map<string, Promise<unknown>>();
  const items = new Map<string, unknown>();
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const known = answers.get(key) ?? ask();
    answers.set(key, known);
    return known as Promise<T>;
  };
  const getAndIndex = async <T>(path: string): Promise<T> => {
    const answer = await api.get<T>(path);
    const own = withoutQuery(path);
    if (isObject(answer)) items.set(`${own.slice(0, own.lastIndexOf('/'))}/${keyOf(answer)}`, answer);
    return answer;
  };
  const listAndIndex = async <T>(path: string): Promise<T[]> => {
    const list = await api.list<T>(path);
    for (const item of list) items.set(`${withoutQuery(path)}/${keyOf(item)}`, item);
    return list;
  };
  return {
    get: <T>(path: string) => once(`get ${path}`, () => getAndIndex<T>(path)),
    list: <T>(path: string) => once(`list ${path}`, () => listAndIndex<T>(path)),
    item: <T>(path: string) => items.get(path) as T | undefined,
    hasListed: (path: string) => answers.has(`list ${path}`),
  };
}

export function withoutQuery(path: string): string {
  return path.split('?')[0] ?? path;
}

/** The last segment of an object's own path: its id; the methods of an authenticator go by their type. */
export function keyOf(item: unknown): string {
  const { id, type } = item as { id?: string; type?: string };
  return id ?? type ?? '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
