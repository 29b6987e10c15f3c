/** Which groups apps are assigned to, in as few requests as possible. */
import type { SetValue } from '../engine/kind.ts';
import type { AppGroupAssignment, Application } from '../wire/application.ts';
import type { OrgContext } from './context.ts';
import { liveGroups } from './groups.ts';
import { listed, unwanted } from './sets.ts';

/** An app whose assignments are asked for, and what the config says of them. */
export interface AssignedApp {
  readonly id: string;
  readonly status: Application['status'];
  readonly wanted: SetValue;
}

/** The largest page of apps that Okta answers (documented). */
const PAGE = 200;

/**
 * The ids of the groups of each app, by its id. Okta lists the groups of an app or the apps of a group; what takes fewer
 * requests is asked. For apps with `{ add: [...] }` alone only the groups that it names need be there.
 */
export async function assignedGroups(
  context: OrgContext,
  apps: readonly AssignedApp[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  // No source says whether the apps of a group include those that are switched off: they are asked one by one.
  const active = apps.filter(({ status }) => status === 'ACTIVE');
  const groups = active.length > 1 ? await groupsToAsk(context, active) : undefined;
  const pairs = active.reduce((sum, { wanted }) => sum + listed(wanted).length, 0);
  const byGroup = groups !== undefined && groups.length + Math.floor(pairs / PAGE) < active.length;
  const [perGroup, perApp] = await Promise.all([
    byGroup ? askGroups(context, groups, active) : [],
    Promise.all((byGroup ? apps.filter((app) => !active.includes(app)) : apps).map((app) => askApp(context, app))),
  ]);
  return new Map([...perGroup, ...perApp]);
}

/** A list is the whole truth, so that any group of the org may be one too many. */
async function groupsToAsk(context: OrgContext, apps: readonly AssignedApp[]): Promise<string[]> {
  const live = await liveGroups(context);
  if (apps.some(({ wanted }) => !('add' in wanted))) return live.map(({ id }) => id);
  // A group that the config cannot name goes by its id, in an undo.
  const named = new Set(apps.flatMap(({ wanted }) => [...listed(wanted), ...unwanted(wanted)]));
  return live.filter(({ id, profile }) => named.has(profile.name) || named.has(id)).map(({ id }) => id);
}

async function askGroups(
  { reader }: OrgContext,
  groups: readonly string[],
  apps: readonly AssignedApp[],
): Promise<[string, readonly string[]][]> {
  const found = new Map<string, string[]>(apps.map(({ id }) => [id, []]));
  const lists = await Promise.all(
    groups.map(async (group) => {
      const filter = encodeURIComponent(`group.id eq "${group}"`);
      const list = await reader.list<Application>(`/api/v1/apps?filter=${filter}&limit=${PAGE}`);
      return { group, list };
    }),
  );
  for (const { group, list } of lists) for (const { id } of list) found.get(id)?.push(group);
  return [...found];
}

async function askApp({ reader }: OrgContext, { id }: AssignedApp): Promise<[string, readonly string[]]> {
  const groups = await reader.list<AppGroupAssignment>(`/api/v1/apps/${id}/groups?limit=200`);
  return [id, groups.map((group) => group.id)];
}
