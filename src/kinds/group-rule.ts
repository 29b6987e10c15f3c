import { z } from 'zod';
import type { SetValue } from '../engine/kind.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { GroupRule } from '../wire/directory.ts';
import { groupIds, groupNames, groupReferences } from './groups.ts';
import { namedObjectKind } from './named-object.ts';
import { ensureField, nameField, type Section } from './section.ts';
import { listed } from './sets.ts';
import { STATUS } from './vocabulary.ts';

interface GroupRuleSpec {
  name: string;
  expression: string;
  assignTo: SetValue;
  status?: (typeof STATUS.words)[number] | undefined;
}

const schema = z
  .strictObject({
    name: nameField('Name of the rule.', 50),
    expression: z
      .string()
      .min(1)
      .meta({
        description: 'Okta expression over the profile of a user.',
        examples: ['user.department == "Sales"'],
      }),
    assignTo: z.array(z.string()).min(1).meta({
      description: 'Groups that users for whom it holds are put into. Okta does not let a rule change them later.',
    }),
    status: z.enum(STATUS.words).optional().meta({ description: 'A new rule is active unless this says otherwise.' }),
    ensure: ensureField,
  })
  .meta({ description: 'A group rule (Directory > Groups > Rules).' });

export const groupRuleSection: Section<z.infer<typeof schema>[]> = {
  key: 'groupRules',
  schema: z.array(schema).meta({ description: 'Rules that put users into groups by their profile.' }),
  layout: { kind: 'groupRule', naming: 'name' },
};

/** Group rules by name. They come into the world INACTIVE, and can be changed and deleted only while they are (recorded). */
export const groupRule = namedObjectKind<GroupRuleSpec, GroupRule>({
  kind: 'groupRule',
  path: '/api/v1/groups/rules',
  query: '?limit=200',
  fields: { name: 'identity', expression: 'value', assignTo: 'set', status: 'value' },
  references: ({ assignTo }) => groupReferences(assignTo, 'assignTo'),
  offFor: ['update', 'delete'],
  // An apply that is killed while the rule is off leaves it so; an undo switches it on again.
  tied: ['expression', 'status'],
  project: async (context, live) => ({
    name: live.name,
    expression: live.conditions.expression.value,
    assignTo: await groupNames(context, live.actions.assignUserToGroups.groupIds),
  }),
  body: async (context, spec, live) => ({
    type: 'group_rule',
    name: spec.name,
    conditions: {
      ...live?.conditions,
      expression: {
        type: 'urn:okta:expression:1.0',
        value: spec.expression ?? live?.conditions.expression.value,
      },
    },
    actions: live?.actions ?? { assignUserToGroups: { groupIds: await groupIds(context, listed(spec.assignTo)) } },
  }),
  changeEvents: ['group.rule'],
  resource: 'groups',
  wireNames: { groupIds: 'assignTo' },
  tell: (spec, live) => {
    const { users, groups } = live.conditions.people ?? {};
    const excludes = (users?.exclude ?? []).length + (groups?.exclude ?? []).length > 0;
    return excludes
      ? { spec: undefined, remarks: ['it excludes people, which has no words in the config'] }
      : { spec, remarks: [] };
  },
  assertPossible: (spec, found) => {
    if (!found) return;
    const [wanted, live] = [listed(spec.assignTo), found.assignTo as readonly string[]];
    if (wanted.length === 0 || (wanted.every((name) => live.includes(name)) && wanted.length === live.length)) return;
    throw new OrgproofError(
      `the group rule "${spec.name}" puts users into ${live.join(', ')}, and Okta lets no rule change its groups`,
      {
        code: 'group-rule-immutable',
        hint: 'give the rule another name, or delete the live one first (ensure: absent)',
        exitCode: EXIT.refused,
      },
    );
  },
});
