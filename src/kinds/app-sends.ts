/** What a change of an app sends. */
import type { SetValue, WriteOutline } from '../engine/kind.ts';
import { addressFor } from '../shared/address.ts';
import { changes, groupLookUp, readAndPut, when } from './sends.ts';
import { listed } from './sets.ts';

interface Spec {
  label: string;
  signInPolicy?: string | undefined;
  assignedTo?: SetValue | undefined;
  status?: 'active' | 'inactive' | undefined;
}

const APP = '/api/v1/apps/{id}';
/** Fields that are written by requests of their own. */
const APART = ['signInPolicy', 'assignedTo', 'status'];

export function appSends(outline: WriteOutline<Spec>): readonly string[] {
  const { action, declared, paths, created } = outline;
  if (action === 'delete') return [`POST ${APP}/lifecycle/deactivate`, `DELETE ${APP}`];
  const { signInPolicy, assignedTo, status } = declared.spec;
  const own = paths.some((path) => !APART.includes(path.split('.')[0] ?? ''));
  const policy = changes(outline, 'signInPolicy') && signInPolicy !== undefined;
  const switched = action === 'create' ? status === 'inactive' : changes(outline, 'status');
  return [
    ...(action === 'create' ? ['POST /api/v1/apps?activate=true'] : own ? readAndPut(APP) : []),
    ...when(
      policy && !created(addressFor('appSignInPolicy', signInPolicy ?? '')),
      'GET /api/v1/policies?type=ACCESS_POLICY&expand=rules',
    ),
    ...when(policy, `PUT ${APP}/policies/{id}`),
    ...(changes(outline, 'assignedTo') ? assignments(outline, assignedTo) : []),
    ...when(switched, `POST ${APP}/lifecycle/{id}`),
  ];
}

function assignments(outline: WriteOutline<Spec>, wanted: SetValue | undefined): readonly string[] {
  const live = (outline.found?.spec.assignedTo ?? []) as readonly string[];
  const names = listed(wanted);
  const added = names.filter((name) => !live.includes(name));
  const removed = wanted && 'add' in wanted ? [] : live.filter((name) => !names.includes(name));
  return [
    ...groupLookUp(outline, wanted),
    ...added.map(() => `PUT ${APP}/groups/{id}`),
    ...removed.map(() => `DELETE ${APP}/groups/{id}`),
  ];
}
