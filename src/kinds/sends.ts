/** What kinds say of the requests that they will send. */
import type { SetValue, WriteOutline } from '../engine/kind.ts';
import { addressFor } from '../shared/address.ts';
import { listed } from './sets.ts';

/** The read of all groups, which every look-up of a group by its name shares. */
const ALL_GROUPS = 'GET /api/v1/groups?limit=10000';

/** Whether a field changes, or a member of it. */
export function changes(outline: Pick<WriteOutline<object>, 'paths'>, ...fields: readonly string[]): boolean {
  return outline.paths.some((path) => fields.includes(path.split('.')[0] ?? ''));
}

/** Whether anything but the status changes: what is written with the object's own body. */
function changesBody({ paths }: Pick<WriteOutline<object>, 'paths'>): boolean {
  return paths.some((path) => path !== 'status');
}

/** The requests, if the condition holds. */
export function when(condition: boolean, ...requests: readonly string[]): readonly string[] {
  return condition ? requests : [];
}

/** An object is read right before it is written whole. */
export function readAndPut(path: string): readonly string[] {
  return [`GET ${path}`, `PUT ${path}`];
}

/** The look-up of groups by name, if there are names of groups that the plan does not create. */
export function groupLookUp(
  { created }: Pick<WriteOutline<object>, 'created'>,
  ...fields: readonly (SetValue | undefined)[]
): readonly string[] {
  const names = fields.flatMap((field) => [...listed(field)]);
  return when(
    names.some((name) => !created(addressFor('group', name))),
    ALL_GROUPS,
  );
}

/** An object of which only body and status are written, by its path. */
export function plainSends(outline: WriteOutline<object>, list: string): readonly string[] {
  const { action, declared } = outline;
  const path = `${list}/{id}`;
  if (action === 'delete') return [`DELETE ${path}`];
  const switched = `POST ${path}/lifecycle/{id}`;
  if (action === 'create')
    return [`POST ${list}`, ...when((declared.spec as { status?: string }).status === 'inactive', switched)];
  return [...(changesBody(outline) ? readAndPut(path) : []), ...when(changes(outline, 'status'), switched)];
}
