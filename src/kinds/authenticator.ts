import { z } from 'zod';
import type { Declared, Found, Kind, Listed } from '../engine/kind.ts';
import { addressOf } from '../shared/address.ts';
import { authenticatorTitle } from '../shared/authenticators.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { Authenticator, AuthenticatorMethod } from '../wire/authenticator.ts';
import { type OrgContext, setStatus } from './context.ts';
import { pruned } from './listing.ts';
import { reliesOn } from './password-policy.ts';
import { DEFAULT_POLICY } from './policies.ts';
import type { Section } from './section.ts';
import { AUTHENTICATOR, STATUS, USED_FOR } from './vocabulary.ts';

type AuthenticatorName = (typeof AUTHENTICATOR.words)[number];
type StatusWord = (typeof STATUS.words)[number];

interface AuthenticatorSpec {
  name: AuthenticatorName;
  status?: StatusWord | undefined;
  usedFor?: (typeof USED_FOR.words)[number] | undefined;
  codeLifetimeMinutes?: number | undefined;
  methods?: { sms?: StatusWord | undefined; voice?: StatusWord | undefined } | undefined;
}

interface LiveAuthenticator {
  id: string;
}

const status = z.enum(STATUS.words).optional().meta({ description: 'Whether the org uses it at all.' });
const usedFor = z.enum(USED_FOR.words).optional().meta({ description: 'What users may use it for.' });

const schema = z
  .strictObject({
    password: z
      .strictObject({ status: z.literal('active').optional().meta({ description: 'It cannot be switched off.' }) })
      .optional()
      .meta({ description: 'Password.' }),
    email: z
      .strictObject({
        status,
        usedFor,
        codeLifetimeMinutes: z
          .int()
          .min(5)
          .max(1440)
          .optional()
          .meta({ description: 'How long an emailed code or link lives, minutes.' }),
      })
      .optional()
      .meta({ description: 'Email.' }),
    phone: z
      .strictObject({
        status,
        usedFor,
        methods: z
          .strictObject({
            sms: z.enum(STATUS.words).optional().meta({ description: 'By text message.' }),
            voice: z.enum(STATUS.words).optional().meta({ description: 'By voice call.' }),
          })
          .refine((methods) => !(methods.sms === 'inactive' && methods.voice === 'inactive'), {
            error: 'at least one phone method must stay active; set phone to inactive instead',
          })
          .optional()
          .meta({ description: 'How a code reaches the phone.' }),
      })
      .optional()
      .meta({ description: 'Phone.' }),
    oktaVerify: z.strictObject({ status }).optional().meta({ description: 'Okta Verify.' }),
    securityQuestion: z.strictObject({ status, usedFor }).optional().meta({ description: 'Security Question.' }),
    googleAuthenticator: z.strictObject({ status }).optional().meta({ description: 'Google Authenticator.' }),
    webauthn: z.strictObject({ status }).optional().meta({ description: 'Security Key or Biometric.' }),
  })
  .meta({ description: 'The authenticators of the org (Security > Authenticators).' });

export const authenticatorSection: Section<z.infer<typeof schema>> = {
  key: 'authenticators',
  schema,
  layout: {
    kind: 'authenticator',
    entry: ({ name, ...members }) => members,
  },
};

/** Authenticators by key. They are switched on and off, never deleted: the API has no DELETE for them. */
export const authenticator: Kind<AuthenticatorSpec, LiveAuthenticator, OrgContext> = {
  name: 'authenticator',
  changeEvents: ['security.authenticator'],
  resources: { writes: ['authenticators'] },
  fields: { name: 'identity', status: 'value', usedFor: 'value', codeLifetimeMinutes: 'value', methods: 'value' },
  wireNames: {
    allowedFor: 'usedFor',
    tokenLifetimeInMinutes: 'codeLifetimeMinutes',
    '/methods/': 'methods',
    '/lifecycle/': 'status',
  },
  references: () => [],
  // Okta refuses to switch off what an enrollment policy still allows (403 E0000148), so those that let go come first.
  after: ({ spec }, all) => {
    if (spec.status === 'inactive') {
      return all.filter((other) => letsGo(other, spec.name)).map(address);
    }
    // Where Okta sends no codes itself, the phone authenticator needs an active telephony hook (E0000226).
    const hooks = all.filter(({ kind, ensure }) => kind === 'inlineHook' && ensure === 'present');
    return spec.name === 'phone' ? hooks.map(address) : [];
  },
  read: async (context, declared) => {
    const live = await liveAuthenticators(context);
    const found = await Promise.all(
      declared.map(async ({ key, spec }): Promise<[string, Found<AuthenticatorSpec, LiveAuthenticator>][]> => {
        const match = live.find((candidate) => candidate.key === AUTHENTICATOR.toWire(spec.name));
        // What was never added is as inactive as it can be: there is nothing to write, and no need that the org could add it.
        if (!match) return spec.status === 'inactive' ? [[key, { live: { id: '' }, spec }]] : [];
        const methods = spec.methods && (await context.reader.list<AuthenticatorMethod>(methodsPath(match.id)));
        return [[key, { live: { id: match.id }, spec: project(spec.name, match, methods) }]];
      }),
    );
    return new Map(found.flat());
  },
  list: async (context) => {
    const live = await liveAuthenticators(context);
    const named = AUTHENTICATOR.words.flatMap((name) => {
      const match = live.find((candidate) => candidate.key === AUTHENTICATOR.toWire(name));
      return match && isThere(match) ? [listedAuthenticator(context, name, match)] : [];
    });
    return [...(await Promise.all(named)), ...live.filter(isWordless).map(listedWordless)];
  },
  create: async (context, declared) => {
    const { spec } = declared;
    const created = await context.api.post<Authenticator>('/api/v1/authenticators?activate=true', {
      key: AUTHENTICATOR.toWire(spec.name),
      name: authenticatorTitle(spec.name),
    });
    await putSettings(context, `/api/v1/authenticators/${created.id}`, spec);
    if (spec.methods) await setMethods(context, created.id, spec.methods, await liveMethods(context, created.id));
    return created;
  },
  update: async (context, { found, declared, changed }) => {
    const path = `/api/v1/authenticators/${found.live.id}`;
    const { spec } = declared;
    // Switched on before anything else is set and off after it, so that no step meets an authenticator that is off.
    if (changed.has('status') && spec.status === 'active') await setStatus(context, path, 'active');
    if (changed.has('usedFor') || changed.has('codeLifetimeMinutes')) await putSettings(context, path, spec);
    if (changed.has('methods')) await setMethods(context, found.live.id, spec.methods ?? {}, found.spec.methods);
    if (changed.has('status') && spec.status === 'inactive') await setStatus(context, path, 'inactive');
  },
  remove: () => {
    throw new OrgproofError('an authenticator cannot be deleted', {
      code: 'not-deletable',
      hint: 'set status: inactive',
      exitCode: EXIT.refused,
    });
  },
  undeletable: () => ({ status: 'inactive' }),
  // One that is added comes up as optional in the Default Policy (recorded), and could not be switched off again there.
  sideEffects: ({ spec }, found) =>
    found?.spec.status === 'active' || spec.status === 'inactive'
      ? []
      : [
          {
            kind: 'enrollmentPolicy',
            key: DEFAULT_POLICY,
            spec: { name: DEFAULT_POLICY, authenticators: { [spec.name]: 'disabled' } },
          },
        ],
};

const liveAuthenticators = (context: OrgContext) => context.reader.list<Authenticator>('/api/v1/authenticators');

/** Those that come with every org; others exist only once somebody added them (recorded). */
const FROM_THE_START: readonly string[] = ['password', 'email', 'phone', 'oktaVerify', 'securityQuestion'];

/** What was added and is off is as good as never added. */
function isThere(live: Authenticator): boolean {
  return live.status === 'ACTIVE' || FROM_THE_START.includes(AUTHENTICATOR.toWord(live.key));
}

/** The authenticators that enrollment policies say something about, and whether each is active. */
export async function authenticatorsThere(
  context: OrgContext,
): Promise<{ name: AuthenticatorName; active: boolean }[]> {
  const live = await liveAuthenticators(context);
  return AUTHENTICATOR.words.flatMap((name) => {
    const match = live.find((one) => one.key === AUTHENTICATOR.toWire(name));
    return match && isThere(match) ? [{ name, active: match.status === 'ACTIVE' }] : [];
  });
}

const isWordless = (live: Authenticator) =>
  live.status === 'ACTIVE' && !AUTHENTICATOR.words.some((name) => AUTHENTICATOR.toWire(name) === live.key);

function listedWordless(live: Authenticator): Listed<AuthenticatorSpec> {
  const remarks = ['the config has no word for it'];
  return { kind: 'authenticator', names: [live.name], spec: undefined, remarks, foreign: true };
}

/** The members that the schema has for each authenticator. */
async function listedAuthenticator(
  context: OrgContext,
  name: AuthenticatorName,
  live: Authenticator,
): Promise<Listed<AuthenticatorSpec>> {
  const methods = name === 'phone' ? await context.reader.list<AuthenticatorMethod>(methodsPath(live.id)) : undefined;
  const { usedFor, codeLifetimeMinutes, ...spec } = project(name, live, methods) as AuthenticatorSpec;
  return {
    kind: 'authenticator',
    names: [name],
    spec: pruned({
      name,
      status: spec.status,
      ...(['email', 'phone', 'securityQuestion'].includes(name) ? { usedFor } : {}),
      ...(name === 'email' ? { codeLifetimeMinutes } : {}),
      ...(name === 'phone' ? { methods: spec.methods } : {}),
    }),
    remarks: [],
  };
}

function project(
  name: AuthenticatorName,
  live: Authenticator,
  methods: readonly AuthenticatorMethod[] | undefined,
): Found<AuthenticatorSpec>['spec'] {
  return {
    name,
    status: STATUS.toWord(live.status),
    usedFor: USED_FOR.toWord(live.settings?.allowedFor ?? 'any'),
    codeLifetimeMinutes: live.settings?.tokenLifetimeInMinutes,
    methods: words(methods ?? []),
  };
}

function words(methods: readonly AuthenticatorMethod[]): Record<string, string> {
  return Object.fromEntries(methods.map((method) => [method.type, STATUS.toWord(method.status)]));
}

/** The methods that an authenticator was just created with. */
async function liveMethods({ api }: OrgContext, id: string): Promise<Record<string, string>> {
  return words(await api.list<AuthenticatorMethod>(methodsPath(id)));
}

async function putSettings({ api }: OrgContext, path: string, spec: AuthenticatorSpec): Promise<void> {
  if (spec.usedFor === undefined && spec.codeLifetimeMinutes === undefined) return;
  const live = await api.get<Authenticator>(path);
  const settings = { ...live.settings };
  if (spec.usedFor !== undefined) settings.allowedFor = USED_FOR.toWire(spec.usedFor);
  if (spec.codeLifetimeMinutes !== undefined) settings.tokenLifetimeInMinutes = spec.codeLifetimeMinutes;
  await api.put(path, { id: live.id, key: live.key, type: live.type, name: live.name, settings });
}

async function setMethods(
  { api }: OrgContext,
  id: string,
  wanted: Readonly<Record<string, StatusWord | undefined>>,
  live: unknown,
): Promise<void> {
  const differing = Object.entries(wanted).filter(
    ([method, word]) => word !== undefined && word !== (live as Record<string, string> | undefined)?.[method],
  );
  // Those to be active first: the last active method of a phone cannot be switched off.
  for (const [method, word] of differing.toSorted(([, a], [, b]) => (a ?? '').localeCompare(b ?? ''))) {
    await api.post(`${methodsPath(id)}/${method}/lifecycle/${word === 'active' ? 'activate' : 'deactivate'}`);
  }
}

const methodsPath = (id: string) => `/api/v1/authenticators/${id}/methods`;
const address = (declared: Declared) => addressOf(declared.kind, declared.key);

/** Whether a policy or a rule will no longer use the authenticator: it is deleted, or no longer says so. */
function letsGo(other: Declared, name: AuthenticatorName): boolean {
  if (other.kind === 'passwordPolicyRule') return other.ensure === 'absent' || !reliesOn(other.spec, name);
  if (other.kind === 'passwordPolicy') return other.ensure === 'absent';
  if (other.kind !== 'enrollmentPolicy') return false;
  const { authenticators } = other.spec as { authenticators?: Partial<Record<AuthenticatorName, string>> };
  return other.ensure === 'absent' || authenticators?.[name] === 'disabled';
}
