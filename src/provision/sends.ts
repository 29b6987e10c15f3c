/** The requests that carrying out a plan sends, as found on a dry run of it. */
import type { OktaApi } from '../okta/api.ts';

interface PlannedRequest {
  method: string;
  /** Path and query. */
  path: string;
}

export interface Sends {
  /** Reads of what is kept before the first write. */
  first: readonly PlannedRequest[];
  /** By the address of the change that they belong to. */
  byChange: ReadonlyMap<string, readonly PlannedRequest[]>;
}

export const NO_SENDS: Sends = { first: [], byChange: new Map() };

/** The same API, with a tally of what is asked of it; `requests` grows as it is used. */
export function talliedApi(api: OktaApi): { api: OktaApi; requests: readonly PlannedRequest[] } {
  const requests: PlannedRequest[] = [];
  const note = (method: string, path: string, times = 1) => {
    for (let request = 0; request < times; request++) requests.push({ method, path });
  };
  return {
    requests,
    api: {
      ...api,
      get: (path) => {
        note('GET', path);
        return api.get(path);
      },
      list: async <T>(path: string) => {
        const items = await api.list<T>(path);
        note('GET', path, pagesOf(path, items.length));
        return items;
      },
      post: (path, body) => {
        note('POST', path);
        return api.post(path, body);
      },
      put: (path, body) => {
        note('PUT', path);
        return api.put(path, body);
      },
      delete: (path) => {
        note('DELETE', path);
        return api.delete(path);
      },
    },
  };
}

/** How many requests it takes to read a list: lists come whole where the path names no limit. */
function pagesOf(path: string, items: number): number {
  const limit = Number(new URLSearchParams(path.split('?')[1]).get('limit') ?? Number.POSITIVE_INFINITY);
  return Math.max(1, Math.ceil(items / limit));
}
