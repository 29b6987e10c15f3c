/**
 * Policies for groups in order of priority: the whole kind for global session and password policies, its common fields for
 * enrollment policies, too. The Default Policy is the system one: it is for everyone, always last, and adopted, never created.
 */
import { z } from 'zod';
import type { FieldRules, Found, Kind, Listed, SetValue } from '../engine/kind.ts';
import type { Policy } from '../wire/policy.ts';
import { livePolicies, type OrgContext, setStatus } from './context.ts';
import { groupNames, groupReferences, mergedGroupIds } from './groups.ts';
import { conditionRemarks, inOrder, pruned, sorted, unsaidConditions } from './listing.ts';
import { DEFAULT_POLICY, POLICIES, policyComesBack, policyNamed, systemPolicyMissing, withGroups } from './policies.ts';
import { isEarlier, nameField, statusField } from './section.ts';
import { STATUS } from './vocabulary.ts';

export interface GroupPolicySpec {
  name: string;
  description?: string | undefined;
  groups?: SetValue | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

/** Fields that every such policy has, for its schema. */
export const groupPolicyFields = {
  name: nameField('Name of the policy. `Default Policy` is the system one: adopted, never created.', 50),
  description: z.string().optional().meta({ description: 'Shown in the Admin Console.' }),
  groups: z.array(z.string()).min(1).optional().meta({ description: 'Groups that the policy is for.' }),
  status: statusField,
};

/** How those fields are compared. */
export const COMPARED_FIELDS = { name: 'identity', description: 'value', groups: 'set', status: 'value' } as const;

interface GroupPolicyInput {
  name: string;
  groups?: unknown;
  ensure?: string | undefined;
}

/** What a schema cannot say of its fields one by one. */
export function groupPolicyProblem(policy: GroupPolicyInput): { message: string; path: string[] } | undefined {
  if (policy.name !== DEFAULT_POLICY) {
    const bare = policy.groups === undefined && policy.ensure !== 'absent';
    return bare ? { message: 'a policy other than the Default Policy needs groups', path: ['name'] } : undefined;
  }
  if (policy.ensure === 'absent') return { message: 'the Default Policy cannot be deleted', path: ['ensure'] };
  return policy.groups === undefined
    ? undefined
    : { message: 'the Default Policy is for everyone; give groups to a policy of its own', path: ['groups'] };
}

/** The same as a refinement of a schema. */
export function refineGroupPolicy(policy: GroupPolicyInput, issues: z.RefinementCtx): void {
  const problem = groupPolicyProblem(policy);
  if (problem) issues.addIssue({ code: 'custom', ...problem });
}

export interface GroupPolicyOptions<Spec extends GroupPolicySpec> {
  kind: string;
  /** What people call it, e.g. `password policy`. */
  title: string;
  type: 'OKTA_SIGN_ON' | 'PASSWORD';
  fields: FieldRules<Spec>;
  wireNames?: Readonly<Record<string, string>>;
  /** Settings in the config's words. */
  project(live: Policy): object;
  /** What the settings say beyond that, in phrases. */
  remarks?(live: Policy): string[];
  /** Settings to send, the mentioned ones laid over the live ones; undefined for a type without any. */
  settings(spec: Spec, live: Policy | undefined): Record<string, unknown> | undefined;
}

export function groupPolicyKind<Spec extends GroupPolicySpec>(
  options: GroupPolicyOptions<Spec>,
): Kind<Spec, Policy, OrgContext> {
  const { type } = options;
  return {
    name: options.kind,
    lane: type,
    fields: options.fields,
    references: ({ groups }) => groupReferences(groups, 'groups'),
    // Priorities are written one after the other, and the default policy last of all.
    after: (own, all) =>
      all
        .filter((other) => other.kind === own.kind && other.ensure === 'present' && other !== own)
        .filter((other) => other.key !== DEFAULT_POLICY && (own.key === DEFAULT_POLICY || isEarlier(other, own)))
        .map((other) => other.address),
    read: async (context, declared) => {
      const policies = await livePolicies(context, type);
      const found = await Promise.all(
        declared.map(async (object): Promise<[string, Found<Spec, Policy>][]> => {
          const live = policyNamed(policies, object.spec.name);
          return live ? [[object.key, { live, spec: await project(context, live, options) }]] : [];
        }),
      );
      return new Map(found.flat());
    },
    changeEvents: ['policy.lifecycle'],
    resources: { writes: ['policies'], reads: ['groups'] },
    wireNames: { ...options.wireNames, people: 'groups', '/lifecycle/': 'status' },
    list: async (context) =>
      Promise.all(inOrder(await livePolicies(context, type)).map((live) => listed(context, live, options))),
    order: {
      scheme: 'dense',
      parent: () => '',
      siblings: async (context) => (await livePolicies(context, type)).filter((policy) => !policy.system),
      ordered: (declared) => declared.spec.name !== DEFAULT_POLICY,
    },
    create: async (context, { spec }, priority) => {
      if (spec.name === DEFAULT_POLICY) throw systemPolicyMissing(options.title);
      const settings = options.settings(spec, undefined);
      const created = await context.api.post<Policy>(POLICIES, {
        type,
        name: spec.name,
        description: spec.description ?? '',
        ...(priority === undefined ? {} : { priority }),
        conditions: {
          people: { groups: { include: await mergedGroupIds(context, [], spec.groups ?? []) } },
          ...(type === 'PASSWORD' ? { authProvider: { provider: 'OKTA' } } : {}),
        },
        ...(settings ? { settings } : {}),
      });
      if (spec.status === 'inactive') await setStatus(context, `${POLICIES}/${created.id}`, 'inactive');
      return created;
    },
    update: async (context, { found, declared, changed, priority }) => {
      const path = `${POLICIES}/${found.live.id}`;
      const { spec } = declared;
      if ([...changed].some((field) => field !== 'status') || priority !== undefined) {
        const { _links, _embedded, ...live } = await context.api.get<Policy>(path);
        const settings = options.settings(spec, live);
        await context.api.put(path, {
          ...live,
          ...(changed.has('description') ? { description: spec.description } : {}),
          ...(priority === undefined ? {} : { priority }),
          ...(spec.groups && changed.has('groups')
            ? { conditions: await withGroups(context, live.conditions, spec.groups) }
            : {}),
          ...(settings ? { settings } : {}),
        });
      }
      if (changed.has('status')) await setStatus(context, path, spec.status);
    },
    remove: ({ api }, { live }) => api.delete(`${POLICIES}/${live.id}`),
    ...policyComesBack,
    notes: ({ spec }, found) =>
      spec.name === DEFAULT_POLICY && found
        ? ['this policy is for everyone whom no other policy of its kind covers, admins included']
        : [],
  };
}

async function project<Spec extends GroupPolicySpec>(
  context: OrgContext,
  live: Policy,
  options: GroupPolicyOptions<Spec>,
): Promise<Found<Spec>['spec']> {
  return {
    name: live.name,
    description: live.description ?? '',
    groups: await groupNames(context, live.conditions?.people?.groups?.include ?? []),
    status: STATUS.toWord(live.status),
    ...options.project(live),
  } as Found<Spec>['spec'];
}

/** A policy that is for others than the config could say is told, not declared. */
async function listed<Spec extends GroupPolicySpec>(
  context: OrgContext,
  live: Policy,
  options: GroupPolicyOptions<Spec>,
): Promise<Listed<Spec>> {
  const { groups, status, ...spec } = (await project(context, live, options)) as Spec & { groups: string[] };
  const { authProvider, ...conditions } = live.conditions ?? {};
  const ofOkta = authProvider === undefined || authProvider.provider === 'OKTA';
  const unnamed = (live.conditions?.people?.groups?.include ?? []).some((id) => groups.includes(id));
  const wrong = live.system
    ? []
    : [
        ...conditionRemarks([...unsaidConditions(conditions, ['include']), ...(ofOkta ? [] : ['authProvider'])]),
        ...(unnamed ? ['it is for groups of an app, or for groups that are gone'] : []),
      ];
  const own = live.system ? { name: DEFAULT_POLICY } : { groups: sorted(groups), status };
  return {
    kind: options.kind,
    names: [live.system ? DEFAULT_POLICY : live.name],
    spec: wrong.length > 0 ? undefined : pruned({ ...spec, ...own } as unknown as Spec),
    remarks: [...wrong, ...(options.remarks?.(live) ?? [])],
  };
}
