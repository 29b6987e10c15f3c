/** What the kinds of policies share: the system policy, groups that a policy is for, and what is remembered of one that goes. */
import type { Found, SetValue } from '../engine/kind.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { Policy, PolicyConditions } from '../wire/policy.ts';
import { liveRules, type OrgContext } from './context.ts';
import { mergedGroupIds } from './groups.ts';

import { type PolicyImage, recreatePolicy, restorePolicy } from './recreate.ts';

export const POLICIES = '/api/v1/policies';

/** The system policy of its type: it covers whoever no other policy covers, and is adopted, never created. */
export const DEFAULT_POLICY = 'Default Policy';

/**
 * The live policy that a config means by a name; the system one goes by its flag.
 * @throws OrgproofError `system-object-named` (exit 4) for the name that the system one has in the org, when that is another
 */
export function policyNamed(policies: readonly Policy[], name: string): Policy | undefined {
  if (name === DEFAULT_POLICY) return policies.find((policy) => policy.system);
  const live = policies.find((policy) => policy.name === name);
  if (!live?.system) return live;
  throw new OrgproofError(`the policy "${name}" is the default policy of the org, under a name of its own`, {
    code: 'system-object-named',
    hint: `declare it as "${DEFAULT_POLICY}"`,
    exitCode: EXIT.refused,
  });
}

/** Conditions with other groups; what else they say (excluded users) stays. */
export async function withGroups(
  context: OrgContext,
  live: PolicyConditions | null,
  groups: SetValue,
): Promise<PolicyConditions> {
  const include = await mergedGroupIds(context, live?.people?.groups?.include ?? [], groups);
  return { ...live, people: { ...live?.people, groups: { ...live?.people?.groups, include } } };
}

/** How a policy comes back that was deleted: its rules went with it, and come back with it. */
export const policyComesBack = {
  remember: async (context: OrgContext, { live }: Pick<Found<object, Policy>, 'live'>): Promise<PolicyImage> => ({
    policy: live,
    rules: await liveRules(context, live),
  }),
  recreate: (context: OrgContext, _declared: unknown, image: unknown, priority: number | undefined): Promise<Policy> =>
    recreatePolicy(context, POLICIES, image as PolicyImage, priority),
  restore: (context: OrgContext, _declared: unknown, image: unknown, id: string): Promise<void> =>
    restorePolicy(context, `${POLICIES}/${id}`, image as PolicyImage),
};

/** @param what e.g. `enrollment policy` */
export function systemPolicyMissing(what: string): OrgproofError {
  return new OrgproofError(`the org shows no default ${what}, and it cannot be created`, {
    code: 'system-object-missing',
    hint: 'check that the credentials may read policies (okta.policies.read) and that the org runs Identity Engine',
    exitCode: EXIT.refused,
  });
}
