/** Groups as other kinds name them. */
import type { Reference, SetValue } from '../engine/kind.ts';
import { addressFor, escapeName } from '../shared/address.ts';
import type { Group } from '../wire/directory.ts';
import { missing, type OrgContext } from './context.ts';
import { listed, unwanted } from './sets.ts';

/** Groups that every org has; they can be named, not managed. */
export const EVERYONE = 'Everyone';
export const BUILT_IN_GROUPS: readonly string[] = [EVERYONE, 'Okta Administrators'];

export const liveGroups = (context: OrgContext) => context.reader.list<Group>('/api/v1/groups?limit=10000');

/** References to the groups that a field names; built-in ones are always there. */
export function groupReferences(value: SetValue | undefined, field: string): Reference[] {
  return listed(value).flatMap((name, index) =>
    BUILT_IN_GROUPS.includes(name) ? [] : [{ kind: 'group', key: escapeName(name), path: `${field}.${index}` }],
  );
}

/** Ids by name. Groups that an app brought along (APP_GROUP) may share a name with ours and are not meant. */
export async function groupIds(context: OrgContext, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const created = names.map((name) => context.created.get(addressFor('group', name)));
  const live = created.includes(undefined) ? await liveGroups(context) : [];
  const groups = live.filter((group) => group.type !== 'APP_GROUP');
  return names.map(
    (name, index) =>
      created[index] ??
      groups.find((group) => group.profile.name === name)?.id ??
      live.find((group) => group.id === name)?.id ?? // what groupNames showed as an id
      missing('group', name),
  );
}

/** The ids that a field shall hold: those of the list itself, or the live ones and those to be added. */
export async function mergedGroupIds(
  context: OrgContext,
  live: readonly string[],
  wanted: SetValue,
): Promise<string[]> {
  const ids = await groupIds(context, listed(wanted));
  if (!('add' in wanted)) return ids;
  const names = await groupNames(context, live);
  const going = unwanted(wanted);
  return [...new Set([...live.filter((_, index) => !going.includes(names[index] ?? '')), ...ids])];
}

/** Names by id; the id of a group that is gone, or of an app's, stands for itself. */
export async function groupNames(context: OrgContext, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const groups = (await liveGroups(context)).filter((group) => group.type !== 'APP_GROUP');
  const names = new Map(groups.map((group) => [group.id, group.profile.name]));
  return ids.map((id) => names.get(id) ?? id);
}
