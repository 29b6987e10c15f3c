import { z } from 'zod';
import type { Found, Kind, Listed } from '../engine/kind.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { AuthorizationServer } from '../wire/authorization-server.ts';
import {
  accessTokenClaimLayout,
  accessTokenClaimSchema,
  idTokenClaimLayout,
  idTokenClaimSchema,
} from './authorization-server-claim.ts';
import { authorizationServerPolicyLayout, authorizationServerPolicySchema } from './authorization-server-policy.ts';
import { scopeSchema } from './authorization-server-scope.ts';
import { DEFAULT_SERVER, findServer, listServers, SERVERS, serverName, serverPath } from './authorization-servers.ts';
import { type OrgContext, setStatus } from './context.ts';
import { byName, pruned, unsaidMembers } from './listing.ts';
import { asSent } from './recreate.ts';
import { rememberServer, restoreServer, type ServerImage } from './recreate-server.ts';
import { ensureField, nameField, type Section } from './section.ts';
import { ISSUER_MODE, KEY_ROTATION, STATUS } from './vocabulary.ts';

interface ServerSpec {
  name: string;
  description?: string | null | undefined;
  audience?: string | undefined;
  issuerMode?: (typeof ISSUER_MODE.words)[number] | undefined;
  signingKeyRotation?: (typeof KEY_ROTATION.words)[number] | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

interface LiveServer {
  id: string;
  /** Undefined where nothing but the name of the default server was asked for: it is there without looking. */
  server: AuthorizationServer | undefined;
}

const schema = z
  .strictObject({
    name: nameField('Name of the server; `default` for the one that every org has.'),
    description: z.string().min(1).optional().meta({ description: 'Shown in the Admin Console.' }),
    audience: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: 'What its access tokens are for (their `aud`). A server that is not there yet needs one.',
        examples: ['api://orders'],
      }),
    issuerMode: z.enum(ISSUER_MODE.words).optional().meta({
      description: 'Which address of the org stands in its tokens; only orgs with a custom domain can choose.',
    }),
    signingKeyRotation: z.enum(KEY_ROTATION.words).optional().meta({
      description: 'Whether Okta changes the key that it signs tokens with by itself.',
      default: 'automatic',
    }),
    status: z.enum(STATUS.words).optional().meta({ description: 'Of an inactive one apps get no tokens.' }),
    scopes: z.array(scopeSchema).optional().meta({ description: 'Scopes that apps may ask for.' }),
    accessTokenClaims: z.array(accessTokenClaimSchema).optional().meta({ description: 'Claims of access tokens.' }),
    idTokenClaims: z.array(idTokenClaimSchema).optional().meta({ description: 'Claims of ID tokens.' }),
    policies: z
      .array(authorizationServerPolicySchema)
      .optional()
      .meta({ description: 'Access policies in order of priority.' }),
    ensure: ensureField,
  })
  .superRefine(({ name, ensure }, issues) => {
    if (name !== DEFAULT_SERVER || ensure !== 'absent') return;
    const message = 'the authorization server default comes with the org and is not deleted';
    issues.addIssue({ code: 'custom', message, path: ['ensure'] });
  })
  .meta({ description: 'A custom authorization server (Security > API).' });

export const authorizationServerSection: Section<z.infer<typeof schema>[]> = {
  key: 'authorizationServers',
  schema: z.array(schema).meta({ description: 'Authorization servers with their scopes, claims and access policies.' }),
  layout: {
    kind: 'authorizationServer',
    naming: 'name',
    nested: [
      { field: 'scopes', layout: { kind: 'authorizationServerScope', naming: 'name' } },
      { field: 'accessTokenClaims', layout: accessTokenClaimLayout },
      { field: 'idTokenClaims', layout: idTokenClaimLayout },
      { field: 'policies', layout: authorizationServerPolicyLayout },
    ],
  },
};

/** Custom authorization servers by name. The default one is adopted and managed, never created or deleted. */
export const authorizationServer: Kind<ServerSpec, LiveServer, OrgContext> = {
  name: 'authorizationServer',
  changeEvents: ['oauth2.as'],
  resources: { writes: ['authorizationServers'] },
  wireNames: { audiences: 'audience', rotationMode: 'signingKeyRotation', '/lifecycle/': 'status' },
  fields: {
    name: 'identity',
    description: 'value',
    audience: 'value',
    issuerMode: 'value',
    signingKeyRotation: 'value',
    status: 'value',
  },
  clearable: ['description'],
  references: () => [],
  read: async (context, declared) => {
    const found = declared.map(
      async ({ key, spec, ensure, formerly }): Promise<[string, Found<ServerSpec, LiveServer>][]> => {
        // Asked for no more than its name, orgs without API Access Management have nothing to refuse.
        if (spec.name === DEFAULT_SERVER && Object.keys(spec).length === 1) {
          return [[key, { live: { id: DEFAULT_SERVER, server: undefined }, spec: { name: spec.name } }]];
        }
        const server = await findServer(context, spec.name);
        if (server) return [[key, { live: { id: server.id, server }, spec: project(server) }]];
        if (ensure === 'present' && !formerly) assertCreatable(spec);
        return [];
      },
    );
    return new Map((await Promise.all(found)).flat());
  },
  list: async (context) => (await listServers(context)).map(listedServer).sort(byName),
  create: async (context, { spec }) => {
    const created = await context.api.post<AuthorizationServer>(SERVERS, body(spec, undefined));
    const path = `${SERVERS}/${created.id}`;
    // A new server rotates its keys, whatever is sent with it (recorded).
    if (spec.signingKeyRotation === 'manual') await put(context, path, spec);
    if (spec.status === 'inactive') await setStatus(context, path, 'inactive');
    return created;
  },
  update: async (context, { declared, changed }) => {
    const path = await serverPath(context, declared);
    if ([...changed].some((field) => field !== 'status')) await put(context, path, declared.spec);
    if (changed.has('status')) await setStatus(context, path, declared.spec.status);
  },
  remove: async (context, { live }, declared) => {
    const path = await serverPath(context, declared);
    // Okta refuses to delete an active server (documented).
    if (live.server?.status === 'ACTIVE') await setStatus(context, path, 'inactive');
    await context.api.delete(path);
  },
  remember: async (context, { live }) => live.server && rememberServer(context, live.server),
  recreate: async (context, declared, image) => {
    const { server } = image as ServerImage;
    const sent = asSent(context, server);
    const created = await context.api.post<AuthorizationServer>(SERVERS, { ...sent, issuer: undefined });
    if (server.credentials.signing.rotationMode === 'MANUAL') {
      await put(context, `${SERVERS}/${created.id}`, { ...declared.spec, signingKeyRotation: 'manual' });
    }
    return created;
  },
  restore: (context, _declared, image, id) => restoreServer(context, `${SERVERS}/${id}`, image as ServerImage),
  lost: (action) =>
    action === 'delete' ? ['its issuer, in which its id stands, and its signing keys: new ones are made'] : [],
  notes: ({ spec }, found) =>
    spec.status === 'inactive' && found?.spec.status === 'active'
      ? ['apps that use it get no more tokens while it is inactive, and nobody signs in to them through it']
      : [],
};

function project(live: AuthorizationServer): Found<ServerSpec>['spec'] {
  return {
    name: serverName(live),
    description: live.description ?? undefined,
    audience: live.audiences[0],
    // Orgs that cannot choose show none.
    issuerMode: ISSUER_MODE.toWord(live.issuerMode ?? 'ORG_URL'),
    signingKeyRotation: KEY_ROTATION.toWord(live.credentials.signing.rotationMode),
    status: STATUS.toWord(live.status),
  };
}

function listedServer(live: AuthorizationServer): Listed<ServerSpec> {
  const unsaid = unsaidMembers({ ...live }, SAID);
  return {
    kind: 'authorizationServer',
    names: [serverName(live)],
    spec: pruned({ ...(project(live) as ServerSpec), ...(live.issuerMode ? {} : { issuerMode: undefined }) }),
    remarks: unsaid.length > 0 ? [`its ${unsaid.join(', ')} have no words in the config`] : [],
  };
}

/** What the config says of a server, and what only the org can say. */
const SAID = [
  ...['name', 'description', 'audiences', 'issuerMode', 'credentials', 'status'],
  ...['id', 'issuer', 'default', 'created', 'lastUpdated', '_links'],
];

async function put({ api }: OrgContext, path: string, spec: ServerSpec): Promise<void> {
  const { _links, issuer, ...live } = await api.get<AuthorizationServer>(path);
  await api.put(path, { ...live, ...body(spec, live) });
}

type Body = Omit<AuthorizationServer, '_links' | 'issuer'>;

/** The members that the config can say, laid over the live ones. */
function body(spec: ServerSpec, live: Body | undefined) {
  const mode = spec.issuerMode ? ISSUER_MODE.toWire(spec.issuerMode) : live?.issuerMode;
  const rotation = spec.signingKeyRotation && KEY_ROTATION.toWire(spec.signingKeyRotation);
  return {
    name: live?.name ?? spec.name,
    description: spec.description === undefined ? live?.description : spec.description,
    audiences: spec.audience === undefined ? live?.audiences : [spec.audience],
    ...(mode === undefined ? {} : { issuerMode: mode }),
    ...(live && rotation ? { credentials: { signing: { ...live.credentials.signing, rotationMode: rotation } } } : {}),
  };
}

function assertCreatable({ name, audience }: ServerSpec): void {
  if (name === DEFAULT_SERVER) {
    throw new OrgproofError('the org shows no authorization server default, and it is not created', {
      code: 'system-object-missing',
      hint: 'declare a server of another name: somebody deleted the one that came with the org',
      exitCode: EXIT.refused,
    });
  }
  if (audience !== undefined) return;
  throw new OrgproofError(`the authorization server "${name}" is not there yet, and a new one needs an audience`, {
    code: 'server-audience-missing',
    hint: 'give it an audience such as api://orders, or correct the name',
    exitCode: EXIT.usage,
  });
}
