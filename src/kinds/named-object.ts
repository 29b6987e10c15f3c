/**
 * Kinds whose objects one list shows whole and a name tells apart: zones, hooks, group rules, templates. Each says how its
 * spec is read and written; finding, switching on and off, deleting and bringing back are the same for all.
 */
import type { FieldOf, FieldRules, Found, Kind, Listed, Reference } from '../engine/kind.ts';
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
  /** The one normaliser: the live object in the config's words, without its status. */
  project(context: OrgContext, live: Live): Promise<Found<Spec>['spec']>;
  /** The whole body to send; `live` when there is one, whose unmentioned members stay. */
  body(context: OrgContext, spec: Spec, live: Live | undefined): Promise<object>;
  /** What the org refuses while the object is ACTIVE; it is switched off for it. */
  offFor?: readonly ('update' | 'delete')[];
  /** Throws why the live object (undefined: there is none yet) cannot become what the spec says. */
  assertPossible?(spec: Spec, found: Found<Spec>['spec'] | undefined, live: Live | undefined): void;
  lost?: Kind<Spec, Live, OrgContext>['lost'];
  clearable?: readonly (keyof Spec & string)[];
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
  return {
    name: options.kind,
    ...(options.changeEvents ? { changeEvents: options.changeEvents } : {}),
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
      let isOn = found.live.status === 'ACTIVE';
      if ([...changed].some((field) => field !== 'status')) {
        if (offFor('update', found.live)) {
          await setStatus(context, own(found.live), 'inactive');
          isOn = false;
        }
        const live = await context.api.get<Live>(own(found.live));
        const body = await options.body(context, spec, live);
        await context.api.put(own(found.live), { ...live, _links: undefined, ...body });
      }
      if (on !== isOn) await setStatus(context, own(found.live), on ? 'active' : 'inactive');
    },
    remove: async (context, { live }) => {
      if (offFor('delete', live)) await setStatus(context, own(live), 'inactive');
      await context.api.delete(own(live));
    },
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
