import { z } from 'zod';
import type { Found, Kind, Listed, SetValue } from '../engine/kind.ts';
import { escapeName, namesOf } from '../shared/address.ts';
import type { AuthorizationServerPolicy } from '../wire/authorization-server.ts';
import { authorizationServerRuleSchema } from './authorization-server-policy-rule.ts';
import {
  earlierSiblings,
  findPolicy,
  itemsOfAll,
  parentKey,
  policiesOf,
  policiesPath,
} from './authorization-servers.ts';
import { clientIds, liveApps, type OrgContext, setStatus } from './context.ts';
import { inOrder, nameable, pruned, sorted } from './listing.ts';
import { cameAlong, recreatePolicy, restorePolicy, type ServerPolicyImage } from './recreate.ts';
import { ensureField, type Layout, nameField, setField, statusField } from './section.ts';
import { listed, unwanted } from './sets.ts';
import { STATUS } from './vocabulary.ts';

interface PolicySpec {
  name: string;
  description?: string | undefined;
  clients?: SetValue | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

const ALL_CLIENTS = 'all clients';

export const authorizationServerPolicySchema = z
  .strictObject({
    name: nameField('Name of the access policy.', 50),
    description: z
      .string()
      .min(1, 'must not be empty (Okta requires one)')
      .optional()
      .meta({ description: 'Shown in the Admin Console.' }),
    clients: setField(z.string(), 'Labels of the apps that the policy is for, or `all clients`.')
      .refine((clients) => !listed(clients).includes(ALL_CLIENTS) || listed(clients).length === 1, {
        error: `\`${ALL_CLIENTS}\` stands alone: it leaves no app out`,
      })
      .optional(),
    status: statusField,
    rules: z.array(authorizationServerRuleSchema).optional().meta({ description: 'Rules in order of priority.' }),
    ensure: ensureField,
  })
  .meta({ description: 'An access policy of an authorization server.' });

export const authorizationServerPolicyLayout: Layout = {
  kind: 'authorizationServerPolicy',
  naming: 'name',
  spec: withAllClients,
  nested: [{ field: 'rules', layout: { kind: 'authorizationServerPolicyRule', naming: 'name' } }],
};

/** `all clients` takes the place of any others, also where it is only added. */
function withAllClients(policy: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const clients = listed(policy.clients as SetValue | undefined);
  return clients.includes(ALL_CLIENTS) ? { ...policy, clients: [ALL_CLIENTS] } : { ...policy };
}

/** Access policies of authorization servers by server and name. */
export const authorizationServerPolicy: Kind<PolicySpec, AuthorizationServerPolicy, OrgContext> = {
  name: 'authorizationServerPolicy',
  changeEvents: ['policy.lifecycle'],
  resources: { writes: ['authorizationServers'], reads: ['apps'] },
  wireNames: { '/lifecycle/': 'status' },
  lane: 'authorizationServers',
  fields: { name: 'identity', description: 'value', clients: 'set', status: 'value' },
  references: ({ clients }, key) => [
    { kind: 'authorizationServer', key: parentKey({ key }), path: '' },
    ...listed(clients).flatMap((label, index) =>
      label === ALL_CLIENTS ? [] : [{ kind: 'app', key: escapeName(label), path: `clients.${index}` }],
    ),
  ],
  after: earlierSiblings,
  read: async (context, declared) => {
    const found = await Promise.all(
      declared.map(async (object): Promise<[string, Found<PolicySpec, AuthorizationServerPolicy>][]> => {
        const live = await findPolicy(context, object);
        return live ? [[object.key, { live, spec: await projectPolicy(context, live, object.spec.clients) }]] : [];
      }),
    );
    return new Map(found.flat());
  },
  list: async (context) => {
    const all = await itemsOfAll<AuthorizationServerPolicy>(context, 'policies');
    const listed = all.flatMap(({ server, items }) =>
      inOrder(items).map((live) => listedPolicy(context, server, live)),
    );
    return Promise.all(listed);
  },
  order: {
    scheme: 'dense',
    parent: parentKey,
    siblings: async (context, server) => policiesOf(context, namesOf(server)[0] ?? ''),
    ordered: (_declared, found) => found?.live.system !== true,
    parentStays: true,
  },
  create: async (context, declared, priority) => {
    const path = await policiesPath(context, declared);
    const { spec } = declared;
    const created = await context.api.post<AuthorizationServerPolicy>(path, {
      type: 'OAUTH_AUTHORIZATION_POLICY',
      status: spec.status === 'inactive' ? 'INACTIVE' : 'ACTIVE',
      name: spec.name,
      description: spec.description ?? spec.name, // Okta requires one
      priority: priority ?? 1,
      conditions: { clients: { include: await clientsInclude(context, spec.clients ?? [ALL_CLIENTS]) } },
    });
    return created;
  },
  update: async (context, { found, declared, changed, priority }) => {
    const path = `${await policiesPath(context, declared)}/${found.live.id}`;
    const { spec } = declared;
    if ([...changed].some((field) => field !== 'status')) {
      const { _links, ...live } = await context.api.get<AuthorizationServerPolicy>(path);
      await context.api.put(path, {
        ...live,
        ...(changed.has('description') ? { description: spec.description } : {}),
        ...(priority === undefined ? {} : { priority }),
        ...(changed.has('clients')
          ? {
              conditions: {
                clients: {
                  include: await mergedClients(context, live.conditions.clients.include ?? [], spec.clients ?? []),
                },
              },
            }
          : {}),
      });
    }
    if (changed.has('status')) await setStatus(context, path, spec.status);
  },
  remove: async (context, { live }, declared) =>
    context.api.delete(`${await policiesPath(context, declared)}/${live.id}`),
  recreate: async (context, declared, image, priority) => {
    const path = await policiesPath(context, declared);
    const { policy } = image as ServerPolicyImage;
    return (
      (await cameAlong<AuthorizationServerPolicy>(context, path, policy)) ??
      recreatePolicy(context, path, { policy }, priority)
    );
  },
  restore: async (context, declared, image, id) =>
    restorePolicy(context, `${await policiesPath(context, declared)}/${id}`, image as ServerPolicyImage),
  remember: async (context, { live }): Promise<ServerPolicyImage> => {
    const link = live._links?.rules;
    const path = !link || Array.isArray(link) ? undefined : new URL(link.href).pathname;
    return { policy: live, rules: path === undefined ? [] : await context.reader.list(path) };
  },
};

async function projectPolicy(
  context: OrgContext,
  live: AuthorizationServerPolicy,
  wanted: SetValue | undefined,
): Promise<Found<PolicySpec>['spec']> {
  const include = live.conditions.clients.include ?? [];
  return {
    name: live.name,
    description: live.description,
    clients: [
      ...(await clientLabels(context, include)),
      // A policy for all clients is for those that are to be added, too.
      ...(include.includes('ALL_CLIENTS') && wanted && 'add' in wanted ? wanted.add : []),
    ],
    status: STATUS.toWord(live.status),
  };
}

/** Labels of the apps that a policy includes, in the same order; a client that is no app stands for itself. */
async function clientLabels(context: OrgContext, include: readonly string[]): Promise<string[]> {
  const apps = include.some((id) => id !== 'ALL_CLIENTS') ? await liveApps(context) : [];
  const labels = new Map(apps.map((app) => [app.credentials.oauthClient?.client_id ?? app.id, app.label]));
  // An app with that very label cannot be named: the words stand for all of them.
  const labelOf = (id: string) => (labels.get(id) === ALL_CLIENTS ? id : (labels.get(id) ?? id));
  return include.map((id) => (id === 'ALL_CLIENTS' ? ALL_CLIENTS : labelOf(id)));
}

/** A policy for clients that the config cannot name is for those that it can name, too; for none of them it is told. */
async function listedPolicy(
  context: OrgContext,
  server: string,
  live: AuthorizationServerPolicy,
): Promise<Listed<PolicySpec>> {
  const { clients, ...spec } = (await projectPolicy(context, live, undefined)) as PolicySpec;
  const labels = listed(clients);
  const apps = new Set((await liveApps(context)).filter((app) => app.name === 'oidc_client').map((app) => app.label));
  const named = labels.filter((label) => label === ALL_CLIENTS || apps.has(label));
  const excluding = (live.conditions.clients.exclude ?? []).length > 0;
  const wrong = [
    ...(named.length === 0 ? ['it is for no app that the config can name'] : []),
    ...(excluding ? ['it excludes apps, which has no words in the config'] : []),
  ];
  return {
    kind: 'authorizationServerPolicy',
    names: [server, live.name],
    spec: wrong.length > 0 ? undefined : pruned({ ...spec, clients: nameable(labels, sorted(named)) }),
    remarks: [...wrong, ...(named.length < labels.length ? ['it is also for apps that the config cannot name'] : [])],
  };
}

async function clientsInclude(context: OrgContext, clients: SetValue): Promise<string[]> {
  const labels = listed(clients);
  return labels.includes(ALL_CLIENTS) ? ['ALL_CLIENTS'] : clientIds(context, labels);
}

async function mergedClients(context: OrgContext, live: readonly string[], wanted: SetValue): Promise<string[]> {
  const ids = await clientsInclude(context, wanted);
  if (ids.includes('ALL_CLIENTS') || !('add' in wanted)) return ids;
  const going = unwanted(wanted);
  const before = await clientLabels(context, live);
  return [...new Set([...live.filter((_, index) => !going.includes(before[index] ?? '')), ...ids])];
}
