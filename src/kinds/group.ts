import { z } from 'zod';
import type { Found, Kind, Listed } from '../engine/kind.ts';
import type { Group } from '../wire/directory.ts';
import type { OrgContext } from './context.ts';
import { BUILT_IN_GROUPS, liveGroups } from './groups.ts';
import { byName, pruned, unsaidMembers } from './listing.ts';
import { type GroupImage, rememberGroup, restoreGroup } from './recreate.ts';
import { ensureField, nameField, type Section } from './section.ts';

interface GroupSpec {
  name: string;
  description?: string | undefined;
}

const schema = z
  .strictObject({
    name: nameField('Name of the group; what other parts of the config refer to it by.').refine(
      (name) => !BUILT_IN_GROUPS.includes(name),
      'Okta manages this group itself; refer to it without declaring it',
    ),
    description: z.string().max(1024).optional().meta({ description: 'Shown in the Admin Console.' }),
    ensure: ensureField,
  })
  .meta({ description: 'A group of users. One that exists already is adopted as it is.' });

export const groupSection: Section<z.infer<typeof schema>[]> = {
  key: 'groups',
  schema: z.array(schema).meta({ description: 'Groups of users.' }),
  layout: { kind: 'group', naming: 'name' },
};

/** OKTA_GROUP groups by name. BUILT_IN ones can be referred to but not managed. */
export const group: Kind<GroupSpec, Group, OrgContext> = {
  name: 'group',
  changeEvents: ['group.lifecycle', 'group.profile'],
  resources: { writes: ['groups'] },
  fields: { name: 'identity', description: 'value' },
  references: () => [],
  read: async (context, declared) => {
    const groups = (await liveGroups(context)).filter((live) => live.type === 'OKTA_GROUP');
    return new Map(
      declared.flatMap((object) => {
        const live = groups.find((candidate) => candidate.profile.name === object.spec.name);
        if (!live) return [];
        return [[object.key, { live, spec: project(live) }]];
      }),
    );
  },
  list: async (context) =>
    (await liveGroups(context))
      .filter((live) => live.type !== 'BUILT_IN')
      .map(listedGroup)
      .sort(byName),
  create: ({ api }, { spec }) =>
    api.post<Group>('/api/v1/groups', { profile: { name: spec.name, description: spec.description || null } }),
  update: async ({ api }, { found, declared }) => {
    const live = await api.get<Group>(`/api/v1/groups/${found.live.id}`);
    const profile = { ...live.profile, description: declared.spec.description || null };
    await api.put(`/api/v1/groups/${found.live.id}`, { profile });
  },
  remove: ({ api }, { live }) => api.delete(`/api/v1/groups/${live.id}`),
  remember: (context, { live }) => rememberGroup(context, live),
  recreate: ({ api }, _declared, image) =>
    api.post<Group>('/api/v1/groups', { profile: (image as GroupImage).group.profile }),
  restore: (context, _declared, image, id) => restoreGroup(context, id, image as GroupImage),
  comesBackFirst: true,
  lost: (action) => (action === 'delete' ? ['that policies and rules outside of this config named it'] : []),
};

function project(live: Group): Found<GroupSpec>['spec'] {
  return { name: live.profile.name, description: live.profile.description ?? '' };
}

function listedGroup(live: Group): Listed<GroupSpec> {
  const names = [live.profile.name];
  if (live.type === 'APP_GROUP') {
    return {
      kind: 'group',
      names,
      spec: undefined,
      remarks: ['an app or a directory brought it along'],
      foreign: true,
    };
  }
  const attributes = unsaidMembers(live.profile, ['name', 'description']);
  return {
    kind: 'group',
    names,
    spec: pruned(project(live) as GroupSpec),
    remarks: attributes.length > 0 ? [`its attributes ${attributes.join(', ')} have no words in the config`] : [],
  };
}
