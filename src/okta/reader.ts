import type { OktaApi } from './api.ts';

/** Reads that several kinds share: each path is asked for once. Forget it after a write. */
export interface Reader {
  get<T>(path: string): Promise<T>;
  list<T>(path: string): Promise<T[]>;
}

/** A reader over an API that remembers every answer, failures included, for as long as it lives. */
export function memoisingReader(api: OktaApi): Reader {
  const answers = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const known = answers.get(key) ?? ask();
    answers.set(key, known);
    return known as Promise<T>;
  };
  return {
    get: <T>(path: string) => once(`get ${path}`, () => api.get<T>(path)),
    list: <T>(path: string) => once(`list ${path}`, () => api.list<T>(path)),
  };
}
