import { z } from 'zod';
import type { Found, Kind, Listed, SetValue } from '../engine/kind.ts';
import type { Policy, PolicyRule } from '../wire/policy.ts';
import { livePolicies, liveRules, type OrgContext } from './context.ts';
import { groupNames, groupReferences, mergedGroupIds } from './groups.ts';
import { byName, pruned, sorted, unsaidMembers } from './listing.ts';
import { DEFAULT_POLICY, POLICIES, policyComesBack, policyNamed } from './policies.ts';
import { writable } from './policy-rules.ts';
import { ensureField, nameField, type Section, setField } from './section.ts';
import { listed } from './sets.ts';
import { UNKNOWN_USER } from './vocabulary.ts';

interface ProfileEnrollmentPolicySpec {
  name: string;
  unknownUser?: (typeof UNKNOWN_USER.words)[number] | undefined;
  verifyEmail?: boolean | undefined;
  progressiveProfiling?: boolean | undefined;
  attributes?: readonly Attribute[] | undefined;
  addToGroups?: SetValue | undefined;
}

interface Attribute {
  name: string;
  label: string;
  required: boolean;
}

/** `actions.profileEnrollment` of the one rule that such a policy has (recorded). */
interface ProfileEnrollment {
  unknownUserAction?: string;
  activationRequirements?: { emailVerification?: boolean };
  progressiveProfilingAction?: string;
  profileAttributes?: readonly Attribute[];
  targetGroupIds?: readonly string[] | null;
  [more: string]: unknown;
}

const schema = z
  .strictObject({
    name: nameField('Name of the policy. `Default Policy` is the system one: adopted, never created.', 50),
    unknownUser: z
      .enum(UNKNOWN_USER.words)
      .optional()
      .meta({ description: 'What becomes of somebody whom the org does not know: `register` lets them sign up.' }),
    verifyEmail: z.boolean().optional().meta({ description: 'Whether who signs up must prove the email address.' }),
    progressiveProfiling: z
      .boolean()
      .optional()
      .meta({ description: 'Whether known users are asked for attributes that they lack.' }),
    attributes: z
      .array(
        z.strictObject({
          name: z
            .string()
            .min(1)
            .meta({ description: 'Attribute of the user profile.', examples: ['firstName'] }),
          label: z.string().min(1).meta({ description: 'What the form calls it.' }),
          required: z.boolean().meta({ description: 'Whether it must be filled in.' }),
        }),
      )
      .min(1)
      .optional()
      .meta({ description: 'What the form asks for, in this order.' }),
    addToGroups: setField(z.string(), 'Groups that new users are put into.').optional(),
    ensure: ensureField,
  })
  .refine((policy) => !(policy.name === DEFAULT_POLICY && policy.ensure === 'absent'), {
    error: 'the Default Policy cannot be deleted',
    path: ['ensure'],
  })
  .meta({
    description:
      'A profile enrollment policy (Security > User Profile Policies). Which apps it is for is said in the Admin Console.',
  });

export const profileEnrollmentPolicySection: Section<z.infer<typeof schema>[]> = {
  key: 'profileEnrollmentPolicies',
  schema: z.array(schema).meta({ description: 'Profile enrollment policies. Their order means nothing to Okta.' }),
  layout: { kind: 'profileEnrollmentPolicy', naming: 'name' },
};

/** PROFILE_ENROLLMENT policies, each with its one rule, which comes with the policy and cannot be deleted (recorded). */
export const profileEnrollmentPolicy: Kind<ProfileEnrollmentPolicySpec, Policy, OrgContext> = {
  name: 'profileEnrollmentPolicy',
  lane: 'PROFILE_ENROLLMENT',
  fields: {
    name: 'identity',
    unknownUser: 'value',
    verifyEmail: 'value',
    progressiveProfiling: 'value',
    attributes: 'value',
    addToGroups: 'set',
  },
  references: ({ addToGroups }) => groupReferences(addToGroups, 'addToGroups'),
  read: async (context, declared) => {
    const policies = await livePolicies(context, 'PROFILE_ENROLLMENT');
    const found = await Promise.all(
      declared.map(async ({ key, spec }): Promise<[string, Found<ProfileEnrollmentPolicySpec, Policy>][]> => {
        const live = policyNamed(policies, spec.name);
        return live ? [[key, { live, spec: await project(context, live) }]] : [];
      }),
    );
    return new Map(found.flat());
  },
  changeEvents: ['policy.lifecycle', 'policy.rule'],
  resources: { writes: ['policies'], reads: ['groups'] },
  wireNames: {
    unknownUserAction: 'unknownUser',
    emailVerification: 'verifyEmail',
    progressiveProfilingAction: 'progressiveProfiling',
    profileAttributes: 'attributes',
    targetGroupIds: 'addToGroups',
  },
  list: async (context) => {
    const policies = await livePolicies(context, 'PROFILE_ENROLLMENT');
    return (await Promise.all(policies.map((live) => listedPolicy(context, live)))).sort(byName);
  },
  create: async (context, { spec }) => {
    const created = await context.api.post<Policy>(POLICIES, { type: 'PROFILE_ENROLLMENT', name: spec.name });
    await putRule(context, created.id, spec);
    return created;
  },
  update: (context, { found, declared }) => putRule(context, found.live.id, declared.spec),
  remove: ({ api }, { live }) => api.delete(`${POLICIES}/${live.id}`),
  ...policyComesBack,
};

async function project(context: OrgContext, live: Policy): Promise<Found<ProfileEnrollmentPolicySpec>['spec']> {
  const [rule] = await liveRules(context, live);
  const action = (rule?.actions.profileEnrollment ?? {}) as ProfileEnrollment;
  return {
    name: live.name,
    unknownUser: UNKNOWN_USER.toWord(action.unknownUserAction ?? ''),
    verifyEmail: action.activationRequirements?.emailVerification ?? false,
    progressiveProfiling: action.progressiveProfilingAction === 'ENABLED',
    attributes: (action.profileAttributes ?? []).map(({ name, label, required }) => ({ name, label, required })),
    addToGroups: await groupNames(context, action.targetGroupIds ?? []),
  };
}

async function listedPolicy(context: OrgContext, live: Policy): Promise<Listed<ProfileEnrollmentPolicySpec>> {
  const { addToGroups, ...spec } = (await project(context, live)) as ProfileEnrollmentPolicySpec;
  const [rule] = await liveRules(context, live);
  const action = (rule?.actions.profileEnrollment ?? {}) as ProfileEnrollment;
  const unsaid = unsaidMembers(action, SAID, { access: 'ALLOW', allowedIdentifiers: ['login'] });
  const groups = listed(addToGroups);
  const name = live.system ? DEFAULT_POLICY : live.name;
  return {
    kind: 'profileEnrollmentPolicy',
    names: [name],
    spec: pruned({ ...spec, name, addToGroups: groups.length > 0 ? sorted(groups) : undefined }),
    remarks: unsaid.length === 0 ? [] : [`what it says of ${unsaid.join(', ')} has no words in the config`],
  };
}

/** Members that the config has words for; the form of its page is Okta's own. */
const SAID = [
  'unknownUserAction',
  'activationRequirements',
  'progressiveProfilingAction',
  'profileAttributes',
  'targetGroupIds',
  'uiSchemaId',
];

/** The rule is written as a whole, with the mentioned fields laid over the live ones. */
async function putRule(context: OrgContext, policyId: string, spec: ProfileEnrollmentPolicySpec): Promise<void> {
  const path = `${POLICIES}/${policyId}/rules`;
  const [rule] = await context.api.list<PolicyRule>(path);
  if (!rule) throw new Error(`${path} shows no rule`);
  const action = (rule.actions.profileEnrollment ?? {}) as ProfileEnrollment;
  await context.api.put(`${path}/${rule.id}`, {
    ...writable(rule),
    actions: { ...rule.actions, profileEnrollment: await actionOf(context, spec, action) },
  });
}

async function actionOf(
  context: OrgContext,
  spec: ProfileEnrollmentPolicySpec,
  live: ProfileEnrollment,
): Promise<ProfileEnrollment> {
  const { unknownUser, verifyEmail, progressiveProfiling, attributes, addToGroups } = spec;
  const groups = addToGroups && (await mergedGroupIds(context, live.targetGroupIds ?? [], addToGroups));
  return {
    ...live,
    ...(unknownUser === undefined ? {} : { unknownUserAction: UNKNOWN_USER.toWire(unknownUser) }),
    ...(verifyEmail === undefined
      ? {}
      : { activationRequirements: { ...live.activationRequirements, emailVerification: verifyEmail } }),
    ...(progressiveProfiling === undefined
      ? {}
      : { progressiveProfilingAction: progressiveProfiling ? 'ENABLED' : 'DISABLED' }),
    ...(attributes === undefined ? {} : { profileAttributes: attributes }),
    ...(groups === undefined ? {} : { targetGroupIds: groups.length === 0 ? null : groups }),
  };
}
