/**
 * Kinds whose objects one list shows whole and a name tells apart: zones, hooks, group rules, templates. Each says how its
 * spec is read and written; finding, switching on and off, deleting and bringing back are the same for all.
 */
import type { FieldOf, FieldRules, Found, Kind, Listed, Reference } from '../engine/kind.ts';
import { addressFor } from '../shared/address.ts';
import { type OrgContext, setStatus } from './context.ts';
import { byName, pruned } from './listing.ts';
import { asSent } from './recreate.ts';
import { STATUS } from './vocabulary.ts';

interface NamedSpec {
  name: string;
  status?: (typeof STATUS.words)[number] | undefined;
}

interface NamedLive {
  id: string;
  name: string;
  status?: string;
}

export interface NamedObjectOptions<Spec extends NamedSpec, Live extends NamedLive> {
  kind: string;
  /** The collection, e.g. `/api/v1/zones`. */
  path: string;
  /** Of the list, e.g. `?limit=200`. */
  query?: string;
  fields: FieldRules<Spec>;
  references?(spec: Spec): readonly Reference[];
  /** Live objects that are none of this kind, though they stand in the list. */
  isOther?(live: Live): boolean;
  /** {@link Listed} of a live object: what of its spec an entry says, and what it cannot say. */
  tell?(spec: Spec, live: Live): Pick<Listed<Spec>, 'spec' | 'remarks'>;
  /** How the events that tell of its changes begin in the log of the org. */
  changeEvents?: readonly string[];
  /** What of the org's API it is about, and what it reads besides: {@link Kind.resources}. */
  resource: string;
  reads?: readonly string[];
  wireNames?: Readonly<Record<string, string>>;
  /** The one normaliser: the live object in the config's words, without its status. */
  project(context: OrgContext, live: Live): Promise<Found<Spec>['spec']>;
  /** The whole body to send; `live` when there is one, whose unmentioned members stay. */
  body(context: OrgContext, spec: Spec, live: Live | undefined): Promise<object>;
  /** What the org refuses while the object is ACTIVE; it is switched off for it. */
  offFor?: readonly ('update' | 'delete')[];
  /** Throws why the live object (undefined: there is none yet) cannot become what the spec says. */
  assertPossible?(spec: Spec, found: Found<Spec>['spec'] | undefined, live: Live | undefined): void;
  lost?: Kind<Spec, Live, OrgContext>['lost'];
  remember?: Kind<Spec, Live, OrgContext>['remember'];
  /** Fields that prove something to somebody else: those of objects that were there before are left alone. */
  secrets?: readonly FieldOf<Spec>[];
  clearable?: readonly FieldOf<Spec>[];
  tied?: readonly FieldOf<Spec>[];
}

export function namedObjectKind<Spec extends NamedSpec, Live extends NamedLive>(
  options: NamedObjectOptions<Spec, Live>,
): Kind<Spec, Live, OrgContext> {
  const { path } = options;
  const own = ({ id }: { id: string }) => `${path}/${id}`;
  const offFor = (what: 'update' | 'delete', live: NamedLive) =>
    live.status === 'ACTIVE' && options.offFor?.includes(what) === true;
  const liveObjects = async ({ reader }: OrgContext) =>
    (await reader.list<Live>(path + (options.query ?? ''))).filter((live) => options.isOther?.(live) !== true);
  const isOurs = (live: Live, context: OrgContext) =>
    context.adoptCredentials || context.owns(addressFor(options.kind, live.name), live as Live & { created: string });
  const withOwnSecrets = (spec: Spec, live: Live, context: OrgContext): Spec => {
    if (options.secrets === undefined || isOurs(live, context)) return spec;
    return { ...spec, ...Object.fromEntries(options.secrets.map((field) => [field, undefined])) };
  };
  return {
    name: options.kind,
    ...(options.changeEvents ? { changeEvents: options.changeEvents } : {}),
    resources: { writes: [options.resource], reads: options.reads ?? [] },
    wireNames: { ...options.wireNames, '/lifecycle/': 'status' },
    fields: options.fields,
    references: options.references ?? (() => []),
    read: async (context, declared) => {
      const all = await liveObjects(context);
      const found = await Promise.all(
        declared.map(async ({ key, spec, ensure, formerly }): Promise<[string, Found<Spec, Live>][]> => {
          const live = all.find((candidate) => candidate.name === spec.name);
          if (!live) {
            if (ensure === 'present' && !formerly) options.assertPossible?.(spec, undefined, undefined);
            return [];
          }
          const projected = await projectWithStatus(options, context, live);
          if (ensure === 'present') options.assertPossible?.(spec, projected, live);
          return [[key, { live, spec: projected }]];
        }),
      );
      return new Map(found.flat());
    },
    list: async (context) => {
      const listed = (await liveObjects(context)).map(async (live): Promise<Listed<Spec>> => {
        const spec = (await projectWithStatus(options, context, live)) as Spec;
        const told = options.tell?.(spec, live) ?? { spec, remarks: [] };
        return { kind: options.kind, names: [live.name], ...told, spec: told.spec && pruned(told.spec) };
      });
      return (await Promise.all(listed)).sort(byName);
    },
    create: async (context, { spec }) => {
      const created = await context.api.post<Live>(path, await options.body(context, spec, undefined));
      await setTo(context, own(created), created.status, STATUS.toWire(spec.status ?? 'active'));
      return created;
    },
    recreate: (context, _declared, image) => context.api.post<Live>(path, asSent(context, image as Live)),
    restore: async (context, _declared, image, id) => {
      const { status } = await context.api.get<Live>(own({ id }));
      await setTo(context, own({ id }), status, (image as Live).status);
    },
    update: async (context, { found, declared, changed }) => {
      const { spec } = declared;
      const on = changed.has('status' as FieldOf<Spec>) ? spec.status === 'active' : found.live.status === 'ACTIVE';
      const path = own(found.live);
      const put = async () => {
        const live = await context.api.get<Live>(path);
        const body = await options.body(context, withOwnSecrets(spec, found.live, context), live);
        await context.api.put(path, { ...live, _links: undefined, ...body });
      };
      const differs = [...changed].some((field) => field !== 'status');
      if (differs && offFor('update', found.live)) await whileOff(context, path, on, put);
      else {
        if (differs) await put();
        if (on !== (found.live.status === 'ACTIVE')) await setStatus(context, path, on ? 'active' : 'inactive');
      }
    },
    remove: async (context, { live }) => {
      if (offFor('delete', live)) await setStatus(context, own(live), 'inactive');
      await context.api.delete(own(live));
    },
    ...(options.secrets
      ? {
          owned: true as const,
          rewrite: ({ spec }, _found, { adoptCredentials }) =>
            adoptCredentials ? (options.secrets ?? []).filter((field) => spec[field as keyof Spec] !== undefined) : [],
          notes: (_declared, found, context) =>
            found && !isOurs(found.live, context)
              ? ['was there before this config: its secrets are left alone (--adopt-credentials to set them)']
              : [],
        }
      : {}),
    ...(options.tied ? { tied: options.tied } : {}),
    ...(options.remember ? { remember: options.remember } : {}),
    ...(options.lost ? { lost: options.lost } : {}),
    ...(options.clearable ? { clearable: options.clearable } : {}),
  };
}

async function projectWithStatus<Spec extends NamedSpec, Live extends NamedLive>(
  options: NamedObjectOptions<Spec, Live>,
  context: OrgContext,
  live: Live,
): Promise<Found<Spec>['spec']> {
  const status = live.status === undefined ? {} : { status: STATUS.toWord(live.status) };
  return { ...(await options.project(context, live)), ...status };
}

/** Switches an object on or off, when it is the other; some kinds have no status. */
async function setTo(context: OrgContext, path: string, is: string | undefined, wanted: string | undefined) {
  if (is === undefined || wanted === undefined || is === wanted) return;
  await setStatus(context, path, wanted === 'ACTIVE' ? 'active' : 'inactive');
}

/** Changes an object while it is off, and sees to it that a change which fails does not leave it so. */
async function whileOff(context: OrgContext, path: string, on: boolean, change: () => Promise<void>): Promise<void> {
  await setStatus(context, path, 'inactive');
  try {
    await change();
  } catch (error) {
    await setStatus(context, path, 'active').catch(() => {}); // what went wrong first is what is told
    throw error;
  }
  if (on) await setStatus(context, path, 'active');
}
