import { z } from 'zod';
import type { Declared, Found, Kind, Listed, SetValue } from '../engine/kind.ts';
import { addressFor, namesOf } from '../shared/address.ts';
import type { AuthorizationServerPolicy, AuthorizationServerPolicyRule } from '../wire/authorization-server.ts';
import { scopeReferences } from './authorization-server-scope.ts';
import { earlierSiblings, findPolicy, itemsOf, itemsOfAll, parentKey, policiesPath } from './authorization-servers.ts';
import { type OrgContext, setStatus } from './context.ts';
import { EVERYONE, groupIds, groupNames, groupReferences } from './groups.ts';
import { inOrder, known, nameable, pruned, sorted } from './listing.ts';
import { ruleGoesAndReturns } from './recreate.ts';
import { ensureField, nameField, setField, statusField } from './section.ts';
import { listed, merged, mergedWords, unwanted } from './sets.ts';
import { GRANT, STATUS } from './vocabulary.ts';

interface RuleSpec {
  name: string;
  grantTypes?: SetValue | undefined;
  groups?: SetValue | undefined;
  scopes?: SetValue | undefined;
  accessTokenLifetimeMinutes?: number | undefined;
  refreshTokenLifetimeMinutes?: number | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

const ANY_SCOPE = '*';

export const authorizationServerRuleSchema = z
  .strictObject({
    name: nameField('Name of the rule.', 50),
    grantTypes: setField(
      z.enum(GRANT.words).exclude(['refresh token']),
      'Grants for which the server issues tokens.',
    ).optional(),
    groups: setField(z.string(), 'Groups whose members get tokens; `Everyone` for all users.').optional(),
    scopes: setField(z.string(), 'Scopes that may be granted; `*` for any.').optional(),
    accessTokenLifetimeMinutes: z
      .int()
      .min(5)
      .max(1440)
      .optional()
      .meta({ description: 'How long an access token is good for, minutes.' }),
    refreshTokenLifetimeMinutes: z.int().min(0).optional().meta({ description: '0: unlimited.' }),
    status: statusField,
    ensure: ensureField,
  })
  .meta({ description: 'A rule of an authorization server policy.' });

/** Rules of those policies: which grants, users and scopes get tokens. */
export const authorizationServerPolicyRule: Kind<RuleSpec, AuthorizationServerPolicyRule, OrgContext> = {
  name: 'authorizationServerPolicyRule',
  changeEvents: ['policy.rule'],
  resources: { writes: ['authorizationServers'], reads: ['groups'] },
  wireNames: { people: 'groups', '/lifecycle/': 'status' },
  lane: 'authorizationServers',
  fields: {
    name: 'identity',
    grantTypes: 'set',
    groups: 'set',
    scopes: 'set',
    accessTokenLifetimeMinutes: 'value',
    refreshTokenLifetimeMinutes: 'value',
    status: 'value',
  },
  references: ({ groups, scopes }, key) => [
    { kind: 'authorizationServerPolicy', key: parentKey({ key }), path: '' },
    ...groupReferences(groups, 'groups'),
    ...scopeReferences(scopes, key),
  ],
  after: earlierSiblings,
  read: async (context, declared) => {
    const found = await Promise.all(
      declared.map(async (object): Promise<[string, Found<RuleSpec, AuthorizationServerPolicyRule>][]> => {
        const live = (await rulesOf(context, object)).find((rule) => rule.name === object.spec.name);
        return live ? [[object.key, { live, spec: await projectRule(context, live) }]] : [];
      }),
    );
    return new Map(found.flat());
  },
  list: async (context) => {
    const all = await itemsOfAll<AuthorizationServerPolicy>(context, 'policies');
    const rules = all.flatMap(({ server, items }) =>
      inOrder(items).map(async (policy) => {
        const live = inOrder(await rulesIn(context, server, policy));
        return Promise.all(live.map((rule) => listedRule(context, [server, policy.name], rule)));
      }),
    );
    return (await Promise.all(rules)).flat();
  },
  order: {
    scheme: 'dense',
    parent: parentKey,
    siblings: async (context, parent) => rulesOf(context, { key: `${parent}/` }),
    ordered: (_declared, found) => found?.live.system !== true,
  },
  create: async (context, declared, priority) => {
    const { spec } = declared;
    return context.api.post<AuthorizationServerPolicyRule>(await rulesPath(context, declared), {
      type: 'RESOURCE_ACCESS',
      status: spec.status === 'inactive' ? 'INACTIVE' : 'ACTIVE',
      name: spec.name,
      priority: priority ?? 1,
      ...(await ruleBody(context, spec, undefined)),
    });
  },
  ...ruleGoesAndReturns<AuthorizationServerPolicyRule>(rulesPath),
  update: async (context, { found, declared, changed, priority }) => {
    const path = `${await rulesPath(context, declared)}/${found.live.id}`;
    if ([...changed].some((field) => field !== 'status')) {
      const { _links, ...live } = await context.api.get<AuthorizationServerPolicyRule>(path);
      await context.api.put(path, {
        ...live,
        ...(priority === undefined ? {} : { priority }),
        ...(await ruleBody(context, declared.spec, live)),
      });
    }
    if (changed.has('status')) await setStatus(context, path, declared.spec.status);
  },
};

async function projectRule(context: OrgContext, live: AuthorizationServerPolicyRule): Promise<Found<RuleSpec>['spec']> {
  const include = live.conditions.people?.groups?.include ?? [];
  return {
    name: live.name,
    grantTypes: live.conditions.grantTypes.include.map((grant) => GRANT.toWord(grant)),
    groups: await includeNames(context, include),
    scopes: live.conditions.scopes.include,
    accessTokenLifetimeMinutes: live.actions.token.accessTokenLifetimeMinutes,
    refreshTokenLifetimeMinutes: live.actions.token.refreshTokenLifetimeMinutes,
    status: STATUS.toWord(live.status),
  };
}

/** Grants and groups without words are left where they are; a rule for certain users is told: without them it is for all. */
async function listedRule(
  context: OrgContext,
  parents: readonly string[],
  live: AuthorizationServerPolicyRule,
): Promise<Listed<RuleSpec>> {
  const spec = (await projectRule(context, live)) as RuleSpec;
  const { users, groups: people } = live.conditions.people ?? {};
  const groups = listed(spec.groups);
  const named = groups.filter((name) => !people?.include?.includes(name));
  const grants = listed(spec.grantTypes);
  const wordy = known(grants, GRANT.words);
  const restricted = [...(users?.include ?? []), ...(users?.exclude ?? []), ...(people?.exclude ?? [])].length > 0;
  const { inlineHook, refreshTokenWindowMinutes } = live.actions.token;
  return {
    kind: 'authorizationServerPolicyRule',
    names: [...parents, live.name],
    spec: restricted
      ? undefined
      : pruned({ ...spec, grantTypes: nameable(grants, wordy), groups: nameable(groups, sorted(named)) }),
    remarks: [
      ...(restricted ? ['it includes or excludes certain users or groups, which has no words in the config'] : []),
      ...(wordy.length < grants.length ? ['some of its grants have no words in the config'] : []),
      ...(named.length < groups.length ? ['it is also for groups of an app'] : []),
      ...(inlineHook?.id ? ['it calls a token inline hook'] : []),
      ...(refreshTokenWindowMinutes === DEFAULT_WINDOW_MINUTES
        ? []
        : [
            `refresh tokens expire after ${refreshTokenWindowMinutes} minutes without use, which has no word in the config`,
          ]),
    ],
  };
}

/** How long a refresh token may go unused when nothing is said of it: a week. */
const DEFAULT_WINDOW_MINUTES = 10_080;

/** Conditions and actions of a rule with the mentioned fields laid over the live ones (or Okta's defaults). */
async function ruleBody(context: OrgContext, spec: RuleSpec, live: AuthorizationServerPolicyRule | undefined) {
  const { people, grantTypes, scopes } = live?.conditions ?? {};
  const token = live?.actions.token;
  const include = people?.groups?.include ?? [ANYONE];
  const grants = grantTypes?.include ?? ['authorization_code'];
  return {
    conditions: {
      ...live?.conditions,
      // Rules for client credentials alone have no people, and keep it so.
      ...(live && spec.groups === undefined
        ? {}
        : {
            people: {
              ...people,
              groups: { ...people?.groups, include: await groupsInclude(context, include, spec.groups) },
            },
          }),
      grantTypes: { include: spec.grantTypes ? mergedWords(GRANT, grants, spec.grantTypes) : grants },
      scopes: { include: merged(scopes?.include ?? [ANY_SCOPE], spec.scopes) },
    },
    actions: {
      token: {
        ...token,
        accessTokenLifetimeMinutes: spec.accessTokenLifetimeMinutes ?? token?.accessTokenLifetimeMinutes ?? 60,
        refreshTokenLifetimeMinutes: spec.refreshTokenLifetimeMinutes ?? token?.refreshTokenLifetimeMinutes ?? 0,
        refreshTokenWindowMinutes: token?.refreshTokenWindowMinutes ?? DEFAULT_WINDOW_MINUTES,
      },
    },
  };
}

/** Everyone is written as a word of its own here, not by the id of the group (recorded). */
const ANYONE = 'EVERYONE';

async function groupsInclude(
  context: OrgContext,
  live: readonly string[],
  wanted: SetValue | undefined,
): Promise<string[]> {
  if (wanted === undefined) return [...live];
  const names = listed(wanted);
  const ids = await groupIds(
    context,
    names.filter((name) => name !== EVERYONE),
  );
  const include = [...(names.includes(EVERYONE) ? [ANYONE] : []), ...ids];
  if (!('add' in wanted)) return include;
  const going = unwanted(wanted);
  const before = await includeNames(context, live);
  return [...new Set([...live.filter((_, index) => !going.includes(before[index] ?? '')), ...include])];
}

/** Names of the groups that a rule includes, in the same order. */
async function includeNames(context: OrgContext, include: readonly string[]): Promise<string[]> {
  const named = include.some((id) => id !== ANYONE) ? await groupNames(context, include) : include;
  return named.map((name) => (name === ANYONE ? EVERYONE : name));
}

async function rulesOf(context: OrgContext, declared: { key: string }): Promise<AuthorizationServerPolicyRule[]> {
  const policy = await findPolicy(context, declared);
  return policy ? rulesIn(context, namesOf(declared.key)[0] ?? '', policy) : [];
}

const rulesIn = (context: OrgContext, server: string, { id }: AuthorizationServerPolicy) =>
  itemsOf<AuthorizationServerPolicyRule>(context, server, `policies/${id}/rules`);

async function rulesPath(context: OrgContext, declared: Declared): Promise<string> {
  const [server = '', policy = ''] = namesOf(declared.key);
  const id =
    context.created.get(addressFor('authorizationServerPolicy', server, policy)) ??
    (await findPolicy(context, declared))?.id;
  return `${await policiesPath(context, declared)}/${id}/rules`;
}
