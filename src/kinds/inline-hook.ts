import { z } from 'zod';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { InlineHook } from '../wire/inline-hook.ts';
import { namedObjectKind } from './named-object.ts';
import { ensureField, nameField, type Section, statusField } from './section.ts';
import { HOOK_TYPE, type STATUS } from './vocabulary.ts';

interface InlineHookSpec {
  name: string;
  type: (typeof HOOK_TYPE.words)[number];
  url: string;
  headers?: Record<string, string> | undefined;
  authorizationHeader?: string | undefined;
  authorizationSecret?: string | undefined;
  version?: string | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

const schema = z
  .strictObject({
    name: nameField('Name of the hook.'),
    type: z.enum(HOOK_TYPE.words).meta({ description: 'What Okta calls it for. Cannot be changed later.' }),
    url: z
      .string()
      .refine((value) => /^https?:$/.test(protocolOf(value)), 'must be a URL such as https://example.com/sms')
      .meta({ description: 'Where Okta calls; https, save that an embedded org may call this machine by http.' }),
    headers: z.record(z.string(), z.string()).optional().meta({ description: 'Further headers, by name.' }),
    authorizationHeader: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'The header that carries the secret; `authorization` when not given.' }),
    authorizationSecret: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: 'What Okta proves itself by. Sent with every change of the hook, never read back or shown.',
        examples: ['${env:HOOK_SECRET}'],
      }),
    version: z.enum(['1.0.0', '1.0.1']).optional().meta({ description: 'Version of the payload; new hooks: 1.0.0.' }),
    status: statusField,
    ensure: ensureField,
  })
  .superRefine((hook, issues) => {
    if (hook.type === 'telephony' && hook.ensure !== 'absent' && hook.authorizationSecret === undefined) {
      const message = 'a telephony hook needs an authorizationSecret (Okta refuses it otherwise)';
      issues.addIssue({ code: 'custom', message, path: ['type'] });
    }
  })
  .meta({ description: 'An inline hook (Workflow > Inline Hooks). One telephony hook of an org can be active.' });

export const inlineHookSection: Section<z.infer<typeof schema>[]> = {
  key: 'inlineHooks',
  secrets: ['authorizationSecret'],
  schema: z.array(schema).meta({ description: 'Inline hooks, such as the one that sends codes to phones.' }),
  layout: { kind: 'inlineHook', naming: 'name' },
};

/** Inline hooks of channel HTTP by name. An active one cannot be deleted, so it is switched off first (documented). */
export const inlineHook = namedObjectKind<InlineHookSpec, InlineHook>({
  kind: 'inlineHook',
  path: '/api/v1/inlineHooks',
  fields: {
    name: 'identity',
    type: 'value',
    url: 'value',
    headers: 'hidden', // some carry keys
    authorizationHeader: 'value',
    authorizationSecret: 'writeOnly',
    version: 'value',
    status: 'value',
  },
  offFor: ['delete'],
  changeEvents: ['inline_hook'],
  resource: 'inlineHooks',
  wireNames: { uri: 'url', authScheme: 'authorizationSecret' },
  tell: (spec, live) => {
    if (live.channel.type !== 'HTTP') return { spec: undefined, remarks: [OTHER_CHANNEL] };
    const method = live.channel.config.method ?? 'POST';
    const names = Object.keys(spec.headers ?? {});
    return {
      spec: {
        ...spec,
        headers: undefined,
        ...(live.channel.config.authScheme ? { authorizationSecret: secretReference(live) } : {}),
      },
      remarks: [
        ...(method === 'POST' ? [] : [`it is called by ${method}, which has no word in the config`]),
        ...(names.length === 0
          ? []
          : [`its headers ${names.join(', ')} are not written here: their values may be secret`]),
      ],
    };
  },
  assertPossible: (spec, _found, live) => {
    if (!live || live.channel.type === 'HTTP') return;
    throw new OrgproofError(`the inline hook "${spec.name}" is there already, and ${OTHER_CHANNEL}`, {
      code: 'hook-channel-unsupported',
      hint: 'give the hook another name, or delete the live one in the Admin Console',
      exitCode: EXIT.refused,
    });
  },
  secrets: ['authorizationSecret'],
  remember: async (_context, { live }) => {
    const { headers, ...config } = live.channel.config;
    return { ...live, channel: { ...live.channel, config } };
  },
  lost: (action) => (action === 'delete' ? ['its authorization secret and its headers'] : []),
  project: async (_context, live) => {
    const { uri, headers, authScheme } = live.channel.config;
    return {
      name: live.name,
      type: HOOK_TYPE.toWord(live.type),
      url: uri,
      headers: Object.fromEntries((headers ?? []).map(({ key, value }) => [key, value])),
      authorizationHeader: authScheme?.key,
      version: live.version,
    };
  },
  body: async (_context, spec, live) => {
    const before = live?.channel.config;
    const scheme = before?.authScheme;
    const key = spec.authorizationHeader ?? scheme?.key ?? 'authorization';
    const value = spec.authorizationSecret;
    return {
      name: spec.name,
      type: live?.type ?? HOOK_TYPE.toWire(spec.type),
      version: spec.version ?? live?.version ?? '1.0.0',
      channel: {
        type: 'HTTP',
        version: live?.channel.version ?? '1.0.0',
        config: {
          ...before,
          uri: spec.url ?? before?.uri,
          method: before?.method ?? 'POST',
          headers: headersOf(before?.headers ?? [], spec.headers ?? {}),
          ...(scheme || value ? { authScheme: { ...scheme, type: 'HEADER', key, ...(value ? { value } : {}) } } : {}),
        },
      },
    };
  },
});

const OTHER_CHANNEL = 'it proves itself by OAuth, which has no words in the config';

/** What an export writes for a secret that nobody can read: a variable that has to be set. */
function secretReference({ name }: InlineHook): string {
  const words =
    name
      .toUpperCase()
      .match(/[A-Z0-9]+/g)
      ?.join('_') ?? Buffer.from(name).toString('hex').toUpperCase();
  return `\${env:HOOK_${words}_SECRET}`;
}

/** The live headers with the mentioned ones laid over them. */
function headersOf(live: readonly { key: string; value: string }[], wanted: Readonly<Record<string, string>>) {
  const headers = new Map([...live.map(({ key, value }) => [key, value] as const), ...Object.entries(wanted)]);
  return [...headers].map(([key, value]) => ({ key, value }));
}

function protocolOf(value: string): string {
  return URL.canParse(value) ? new URL(value).protocol : '';
}
