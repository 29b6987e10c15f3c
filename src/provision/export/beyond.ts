/** What an org holds that no kind stands for: told by name, so that nobody takes an export for the whole org. */
import { ManagementApiError, type OktaApi } from '../../okta/api.ts';

export interface Beyond {
  /** E.g. `identity providers`. */
  readonly what: string;
  /** Names of those that somebody made; undefined when the org would not tell. */
  readonly names: readonly string[] | undefined;
  /** Why it would not. */
  readonly refusal?: string;
}

const LISTS: readonly (readonly [what: string, path: string])[] = [['identity providers', '/api/v1/idps?limit=200']];

/** One request for each list. What the credentials may not read is told as such: it is no part of the config. */
export async function readBeyond(api: OktaApi): Promise<Beyond[]> {
  const all = await Promise.all(LISTS.map(([what, path]) => readList(api, what, path)));
  return all.filter(({ names }) => names === undefined || names.length > 0);
}

async function readList(api: OktaApi, what: string, path: string): Promise<Beyond> {
  try {
    const live = await api.list<{ name: string }>(path);
    return { what, names: live.map(({ name }) => name).sort() };
  } catch (error) {
    if (!(error instanceof ManagementApiError) || error.status >= 500 || error.status === 429) {
      // What the embedded org does not have it holds none of.
      if (error instanceof ManagementApiError && error.status === 501) return { what, names: [] };
      throw error;
    }
    return { what, names: undefined, refusal: `${error.status} ${error.errorCode}` };
  }
}
