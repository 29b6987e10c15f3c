/** What an org holds that no kind stands for: told by name, so that nobody takes an export for the whole org. */
import { ManagementApiError, type OktaApi } from '../../okta/api.ts';

export interface Beyond {
  /** E.g. `group rules`. */
  readonly what: string;
  /** Names of those that somebody made; undefined when the org would not tell. */
  readonly names: readonly string[] | undefined;
  /** Why it would not. */
  readonly refusal?: string;
}

interface Named {
  id: string;
  name: string;
  system?: boolean;
}

const LISTS: readonly (readonly [what: string, path: string])[] = [
  ['password policies', '/api/v1/policies?type=PASSWORD'],
  ['global session policies', '/api/v1/policies?type=OKTA_SIGN_ON'],
  ['user profile policies', '/api/v1/policies?type=PROFILE_ENROLLMENT'],
  ['group rules', '/api/v1/groups/rules?limit=200'],
  ['network zones', '/api/v1/zones?limit=200'],
  ['inline hooks', '/api/v1/inlineHooks'],
  ['SMS templates', '/api/v1/templates/sms'],
  ['identity providers', '/api/v1/idps?limit=200'],
];

/** Zones that come with an org; not all of them say that they are of the system. */
const OKTAS_ZONES = ['LegacyIpZone', 'BlockedIpZone', 'DefaultEnhancedDynamicZone', 'DefaultExemptIpZone'];

/** One request for each list. What the credentials may not read is told as such: it is no part of the config. */
export async function readBeyond(api: OktaApi): Promise<Beyond[]> {
  const all = await Promise.all(LISTS.map(([what, path]) => readList(api, what, path)));
  return all.filter(({ names }) => names === undefined || names.length > 0);
}

async function readList(api: OktaApi, what: string, path: string): Promise<Beyond> {
  try {
    const live = await api.list<Named>(path);
    const made = live.filter(({ id, name, system }) => !system && id !== 'default' && !OKTAS_ZONES.includes(name));
    return { what, names: made.map(({ name }) => name).sort() };
  } catch (error) {
    if (!(error instanceof ManagementApiError) || error.status >= 500 || error.status === 429) {
      // What the embedded org does not have it holds none of.
      if (error instanceof ManagementApiError && error.status === 501) return { what, names: [] };
      throw error;
    }
    return { what, names: undefined, refusal: `${error.status} ${error.errorCode}` };
  }
}
