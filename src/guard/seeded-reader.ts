/** A reader that was told some answers, put together from others, so that it need not ask for them. */
import type { IndexedReader } from '../okta/reader.ts';

export interface SeededReader extends IndexedReader {
  /** From now on the list at this path, word for word, is this one. */
  seed(path: string, items: readonly object[]): void;
}

export function seededReader(org: IndexedReader): SeededReader {
  const seeds = new Map<string, readonly object[]>();
  return {
    get: (path) => org.get(path),
    list: async <T>(path: string) => (seeds.get(path) as T[] | undefined) ?? org.list<T>(path),
    item: (path) => org.item(path),
    hasListed: (path) => seeds.has(path) || org.hasListed(path),
    seed: (path, items) => {
      seeds.set(path, items);
    },
  };
}
