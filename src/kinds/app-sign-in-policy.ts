import { z } from 'zod';
import type { Found, Kind } from '../engine/kind.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { Application } from '../wire/application.ts';
import type { Policy } from '../wire/policy.ts';
import { appSignInRuleSchema, withWholeDemand } from './app-sign-in-policy-rule.ts';
import { livePolicies, type OrgContext } from './context.ts';
import { byName, pruned } from './listing.ts';
import { POLICIES, policyComesBack } from './policies.ts';
import { ensureField, nameField, type Section } from './section.ts';

interface AppSignInPolicySpec {
  name: string;
  description?: string | undefined;
}

const schema = z
  .strictObject({
    name: nameField('Name of the policy; what apps refer to it by.', 50),
    description: z.string().optional().meta({ description: 'Shown in the Admin Console.' }),
    rules: z.array(appSignInRuleSchema).optional().meta({
      description: 'Rules in order of priority. `Catch-all Rule` is the system one that every policy ends with.',
    }),
    ensure: ensureField,
  })
  .meta({ description: 'An app sign-in policy (Security > Authentication Policies).' });

export const appSignInPolicySection: Section<z.infer<typeof schema>[]> = {
  key: 'appSignInPolicies',
  schema: z.array(schema).meta({ description: 'App sign-in policies. Their order means nothing to Okta.' }),
  layout: {
    kind: 'appSignInPolicy',
    naming: 'name',
    nested: [
      {
        field: 'rules',
        layout: {
          kind: 'appSignInPolicyRule',
          naming: 'name',
          spec: withWholeDemand,
          entry: ({ possessionFactorMustBe, ...rule }) =>
            (possessionFactorMustBe as readonly string[] | undefined)?.length
              ? { ...rule, possessionFactorMustBe }
              : rule,
        },
      },
    ],
  },
};

/** ACCESS_POLICY policies by name. A new one comes with a catch-all rule that asks for a device-bound factor (recorded). */
export const appSignInPolicy: Kind<AppSignInPolicySpec, Policy, OrgContext> = {
  name: 'appSignInPolicy',
  changeEvents: ['policy.lifecycle'],
  resources: { writes: ['policies'], reads: ['apps'] },
  lane: 'ACCESS_POLICY',
  fields: { name: 'identity', description: 'value' },
  references: () => [],
  read: async (context, declared) => {
    const policies = await livePolicies(context, 'ACCESS_POLICY');
    return new Map(
      declared.flatMap((object): [string, Found<AppSignInPolicySpec, Policy>][] => {
        const live = policies.find((policy) => policy.name === object.spec.name);
        return live ? [[object.key, { live, spec: project(live) }]] : [];
      }),
    );
  },
  list: async (context) =>
    (await livePolicies(context, 'ACCESS_POLICY'))
      .map((live) => ({
        kind: 'appSignInPolicy',
        names: [live.name],
        spec: pruned(project(live) as AppSignInPolicySpec),
        remarks:
          live.system && live.name !== DEFAULT_POLICY ? ["it is the org's default, under a name of its own"] : [],
      }))
      .sort(byName),
  create: ({ api }, { spec }) =>
    api.post<Policy>(POLICIES, {
      type: 'ACCESS_POLICY',
      name: spec.name,
      ...(spec.description === undefined ? {} : { description: spec.description }),
    }),
  ...policyComesBack,
  update: async ({ api }, { found, declared }) => {
    const path = `${POLICIES}/${found.live.id}`;
    const { _links, _embedded, ...live } = await api.get<Policy>(path);
    await api.put(path, { ...live, description: declared.spec.description });
  },
  remove: async (context, { live }) => {
    const apps = await context.api.list<Application>('/api/v1/apps?limit=200');
    const users = apps.filter((app) => usesPolicy(app, live.id)).map((app) => app.label);
    if (live.system || users.length > 0) {
      throw new OrgproofError(
        live.system
          ? `"${live.name}" is the org's default app sign-in policy and cannot be deleted`
          : `the app sign-in policy "${live.name}" is still used by ${users.join(', ')}`,
        { code: 'deletion-refused', hint: 'give those apps another signInPolicy first', exitCode: EXIT.refused },
      );
    }
    await context.api.delete(`${POLICIES}/${live.id}`);
  },
};

/** The policy that every org has and that new apps get; it may be renamed (recorded). */
const DEFAULT_POLICY = 'Any two factors';

function project(live: Policy): Found<AppSignInPolicySpec>['spec'] {
  return { name: live.name, description: live.description ?? '' };
}

function usesPolicy(app: Application, policyId: string): boolean {
  const link = app._links?.accessPolicy;
  return !Array.isArray(link) && link?.href.endsWith(`/${policyId}`) === true;
}
