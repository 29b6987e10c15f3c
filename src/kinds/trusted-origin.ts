import { z } from 'zod';
import type { Found, Kind, Listed, SetValue } from '../engine/kind.ts';
import type { TrustedOrigin } from '../wire/org.ts';
import { type OrgContext, setStatus } from './context.ts';
import { byName, known } from './listing.ts';
import { asSent, restoreStatus } from './recreate.ts';
import { ensureField, nameField, type Section, statusField } from './section.ts';
import { listed, mergedWords } from './sets.ts';
import { ORIGIN_SCOPE, STATUS } from './vocabulary.ts';

interface TrustedOriginSpec {
  name: string;
  origin: string;
  allow: SetValue;
  status?: (typeof STATUS.words)[number] | undefined;
}

const schema = z.strictObject({
  name: nameField('Name of the origin in the Admin Console.'),
  origin: z
    .string()
    .refine((value) => isOrigin(value), 'must be an origin such as https://app.example.com, without a path')
    .meta({ description: 'Scheme, host and port, without a path.', examples: ['http://localhost:8080'] }),
  allow: z
    .array(z.enum(ORIGIN_SCOPE.words))
    .min(1)
    .meta({ description: '`cors`: its pages may call the org; `redirect`: the org may send users back to it.' }),
  status: statusField,
  ensure: ensureField,
});

export const trustedOriginSection: Section<z.infer<typeof schema>[]> = {
  key: 'trustedOrigins',
  schema: z.array(schema).meta({ description: 'Origins whose pages may call the org or be redirected to.' }),
  layout: { kind: 'trustedOrigin', naming: 'name' },
};

export const trustedOrigin: Kind<TrustedOriginSpec, TrustedOrigin, OrgContext> = {
  name: 'trustedOrigin',
  changeEvents: ['security.trusted_origin'],
  resources: { writes: ['trustedOrigins'] },
  wireNames: { scopes: 'allow', '/lifecycle/': 'status' },
  fields: { name: 'identity', origin: 'value', allow: 'set', status: 'value' },
  references: () => [],
  read: async (context, declared) => {
    const origins = await liveOrigins(context);
    return new Map(
      declared.flatMap((object) => {
        const live = origins.find((candidate) => candidate.name === object.spec.name);
        return live ? [[object.key, { live, spec: project(live) }]] : [];
      }),
    );
  },
  list: async (context) => (await liveOrigins(context)).map(listedOrigin).sort(byName),
  create: async (context, { spec }) => {
    const created = await context.api.post<TrustedOrigin>('/api/v1/trustedOrigins', body(spec));
    if (spec.status === 'inactive') await setStatus(context, `/api/v1/trustedOrigins/${created.id}`, 'inactive');
    return created;
  },
  recreate: (context, _declared, image) =>
    context.api.post<TrustedOrigin>('/api/v1/trustedOrigins', asSent(context, image as TrustedOrigin)),
  restore: (context, _declared, image, id) =>
    restoreStatus(context, `/api/v1/trustedOrigins/${id}`, (image as TrustedOrigin).status),
  update: async (context, { found, declared, changed }) => {
    const path = `/api/v1/trustedOrigins/${found.live.id}`;
    if (changed.has('origin') || changed.has('allow')) {
      const { _links, ...live } = await context.api.get<TrustedOrigin>(path);
      await context.api.put(path, { ...live, ...body(declared.spec, live) });
    }
    if (changed.has('status')) {
      await setStatus(context, path, declared.spec.status);
    }
  },
  remove: ({ api }, { live }) => api.delete(`/api/v1/trustedOrigins/${live.id}`),
};

const liveOrigins = (context: OrgContext) => context.reader.list<TrustedOrigin>('/api/v1/trustedOrigins?limit=200');

function project(live: TrustedOrigin): Found<TrustedOriginSpec>['spec'] {
  return {
    name: live.name,
    origin: live.origin,
    allow: live.scopes.map((scope) => ORIGIN_SCOPE.toWord(scope.type)),
    status: STATUS.toWord(live.status),
  };
}

function listedOrigin(live: TrustedOrigin): Listed<TrustedOriginSpec> {
  const spec = project(live) as TrustedOriginSpec;
  const framed = live.scopes.some((scope) => (scope.allowedOktaApps ?? []).length > 0);
  return {
    kind: 'trustedOrigin',
    names: [live.name],
    spec: { ...spec, allow: known(listed(spec.allow), ORIGIN_SCOPE.words) },
    remarks: framed ? ["which of Okta's apps it may frame has no word in the config"] : [],
  };
}

/** A scope that is there already keeps what else the org says of it, such as the apps that may be framed. */
function body(spec: TrustedOriginSpec, live?: TrustedOrigin) {
  const before = live?.scopes ?? [];
  const types = before.map(({ type }) => type);
  return {
    name: spec.name,
    origin: spec.origin ?? live?.origin,
    scopes: (spec.allow ? mergedWords(ORIGIN_SCOPE, types, spec.allow) : types).map(
      (type) => before.find((scope) => scope.type === type) ?? { type },
    ),
  };
}

function isOrigin(value: string): boolean {
  try {
    return new URL(value).origin === value;
  } catch {
    return false;
  }
}
