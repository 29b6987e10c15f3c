/**
 * Scopes and claims: objects of an authorization server that one list shows whole and a name tells apart. Some come with
 * every server; Okta lets nobody delete those.
 */
import type { FieldOf, FieldRules, Found, Kind, Listed, Reference } from '../engine/kind.ts';
import { namesOf } from '../shared/address.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import { itemsOf, itemsOfAll, parentKey, serverPath } from './authorization-servers.ts';
import type { OrgContext } from './context.ts';
import { byName, pruned } from './listing.ts';
import { asSentWithStatus } from './recreate-server.ts';

interface ServerObjectSpec {
  name: string;
}

interface ServerObjectLive {
  id: string;
  name: string;
  system: boolean;
}

export interface ServerObjectOptions<Spec extends ServerObjectSpec, Live extends ServerObjectLive> {
  kind: string;
  /** In the words of people, e.g. `scope`. */
  what: string;
  collection: 'scopes' | 'claims';
  changeEvents: readonly string[];
  /** {@link Kind.wireNames} */
  wireNames: Readonly<Record<string, string>>;
  fields: FieldRules<Spec>;
  clearable?: readonly FieldOf<Spec>[];
  tied?: readonly FieldOf<Spec>[];
  /** Whether Okta puts an object of this name into every server. */
  isSystem(name: string): boolean;
  /** Live objects that are none of this kind, though they stand in the list. */
  isOther?(live: Live): boolean;
  references(spec: Spec, key: string): readonly Reference[];
  /** Throws why there can be no such object yet. */
  assertCreatable?(spec: Spec): void;
  /** The one normaliser: the live object in the config's words. @param wanted what the config says of it */
  project(live: Live, wanted?: Spec): Found<Spec>['spec'];
  /** {@link Listed} of a live object. Undefined: of this one there is nothing to say. */
  tell(spec: Spec, live: Live): Pick<Listed<Spec>, 'spec' | 'remarks' | 'dormant'> | undefined;
  /** What to send; over the live object when there is one. */
  body(spec: Spec, live: Live | undefined): object;
}

export function serverObjectKind<Spec extends ServerObjectSpec, Live extends ServerObjectLive>(
  options: ServerObjectOptions<Spec, Live>,
): Kind<Spec, Live, OrgContext> {
  const { kind, collection, isSystem } = options;
  const isOurs = (live: Live) => options.isOther?.(live) !== true;
  const pathOf = async (context: OrgContext, declared: { key: string }) =>
    `${await serverPath(context, declared)}/${collection}`;
  /** Afresh: one that came with a server which this run has made, or with one that an undo brought back. */
  const thereByNow = async ({ api }: OrgContext, path: string, name: string) =>
    (await api.list<Live>(path)).find((live) => isOurs(live) && live.name === name);
  const put = async ({ api }: OrgContext, path: string, spec: Spec) => {
    const { _links, ...live } = await api.get<Live & { _links?: unknown }>(path);
    await api.put(path, { ...live, ...options.body(spec, live as unknown as Live) });
  };
  return {
    name: kind,
    changeEvents: options.changeEvents,
    resources: { writes: ['authorizationServers'] },
    wireNames: options.wireNames,
    fields: options.fields,
    ...(options.clearable ? { clearable: options.clearable } : {}),
    ...(options.tied ? { tied: options.tied } : {}),
    references: (spec, key) => [
      { kind: 'authorizationServer', key: parentKey({ key }), path: '' },
      ...options.references(spec, key),
    ],
    read: async (context, declared) => {
      const found = declared.map(async ({ key, spec, ensure, formerly }): Promise<[string, Found<Spec, Live>][]> => {
        const [server = '', name = ''] = namesOf(key);
        const all = (await itemsOf<Live>(context, server, collection)).filter(isOurs);
        const same = all.filter((candidate) => candidate.name === name);
        if (same.length > 1) throw severalOf(options.what, name, server);
        const [live] = same;
        if (live?.system && ensure === 'absent') throw indelible(options.what, name);
        if (!live && ensure === 'present' && !formerly && !isSystem(name)) options.assertCreatable?.(spec);
        return live ? [[key, { live, spec: options.project(live, spec) }]] : [];
      });
      return new Map((await Promise.all(found)).flat());
    },
    list: async (context) => {
      const all = await itemsOfAll<Live>(context, collection);
      return all.flatMap(({ server, items }) => listedIn(options, server, items.filter(isOurs)));
    },
    create: async (context, declared) => {
      const path = await pathOf(context, declared);
      const { spec } = declared;
      const system = isSystem(spec.name) ? await thereByNow(context, path, spec.name) : undefined;
      if (!system) return context.api.post<Live>(path, options.body(spec, undefined));
      if (Object.keys(spec).length > 1) await put(context, `${path}/${system.id}`, spec);
      return system;
    },
    update: async (context, { found, declared }) =>
      put(context, `${await pathOf(context, declared)}/${found.live.id}`, declared.spec),
    remove: async (context, { live }, declared) => context.api.delete(`${await pathOf(context, declared)}/${live.id}`),
    recreate: async (context, declared, image) => {
      const path = await pathOf(context, declared);
      const body = asSentWithStatus(context, image as Live);
      return (await thereByNow(context, path, (image as Live).name)) ?? context.api.post<Live>(path, body);
    },
    undeletable: ({ key }) => (isSystem(namesOf(key)[1] ?? '') ? {} : undefined),
  };
}

function listedIn<Spec extends ServerObjectSpec, Live extends ServerObjectLive>(
  { kind, project, tell }: ServerObjectOptions<Spec, Live>,
  server: string,
  items: readonly Live[],
): Listed<Spec>[] {
  const listed = items.flatMap((live): Listed<Spec>[] => {
    const told = tell(project(live) as Spec, live);
    return told ? [{ kind, names: [server, live.name], ...told, spec: told.spec && pruned(told.spec) }] : [];
  });
  return listed.sort(byName);
}

function severalOf(what: string, name: string, server: string): OrgproofError {
  return new OrgproofError(`the authorization server "${server}" has several ${what}s "${name}"`, {
    code: `ambiguous-${what}`,
    hint: 'delete all but one of them in the Admin Console',
    exitCode: EXIT.refused,
  });
}

function indelible(what: string, name: string): OrgproofError {
  return new OrgproofError(`Okta made the ${what} "${name}" itself, and lets nobody delete it`, {
    code: 'system-object-indelible',
    hint: 'leave its ensure: absent out',
    exitCode: EXIT.refused,
  });
}
