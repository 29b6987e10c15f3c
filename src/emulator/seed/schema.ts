/**
 * The seed file: what an org holds from its first request on, with ids, keys and secrets that are known in advance, and
 * how its admins have set it up. Policies are not in it: those are what `orgproof apply` is for. Unknown members are refused.
 */
import { z } from 'zod';
import type { Geolocation } from '../../policy/index.ts';
import { geolocationsFault } from '../control/geolocations.ts';
import type { EmulatorSettings } from '../org.ts';

/** An Okta id: 20 letters and digits, the first three by type. Pinned ids keep what tests and apps were configured with. */
const id = (prefix: string) =>
  z
    .string()
    .regex(/^[0-9A-Za-z]{20}$/, 'an id is 20 letters and digits')
    .startsWith(prefix, `an id of this type begins with ${prefix}`);
const text = z.string().min(1);
const uri = z.string().min(1);

const group = z
  .strictObject({
    id: id('00g').optional(),
    name: text,
    description: z.string().optional(),
  })
  .describe('A group, by its name.');

const user = z
  .strictObject({
    id: id('00u').optional(),
    login: text,
    email: text.optional().describe('The login when it is absent.'),
    firstName: text,
    lastName: text,
    password: text.optional().describe('Checked against the password policy; without one the user is PROVISIONED.'),
    groups: z.array(text).default([]).describe('Names of groups of this file, or of built-in ones.'),
    phone: text.optional().describe('E.164; enrolled and verified for SMS and voice.'),
    googleAuthenticator: z
      .string()
      .regex(/^[A-Z2-7]{16,64}$/, 'a TOTP secret is base32')
      .optional()
      .describe('The shared secret, base32; enrolled and verified.'),
  })
  .describe('A user, by login; ACTIVE when there is a password.');

const app = z
  .strictObject({
    id: id('0oa').optional(),
    label: text,
    type: z.enum(['web', 'browser', 'native', 'service']).default('web'),
    clientId: text.optional().describe('The id of the app when it is absent.'),
    clientSecret: text.optional(),
    clientAuthentication: z
      .enum(['none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'])
      .optional(),
    grantTypes: z.array(text).default(['authorization_code']).describe('As the API writes them.'),
    redirectUris: z.array(uri).default([]),
    signOutUris: z.array(uri).default([]),
    keys: z.array(z.record(z.string(), z.unknown())).default([]).describe('Public keys of the client, as JWKs.'),
    assignedTo: z.array(text).default([]).describe('Names of groups.'),
  })
  .describe('An OIDC app, by label.');

const signingKey = z
  .strictObject({
    authorizationServer: text.default('default').describe('`default`, or `org` for the org authorization server.'),
    kid: text,
    privateKey: z
      .union([z.string().includes('PRIVATE KEY'), z.record(z.string(), z.unknown())])
      .describe('An RSA key of 2048 bits or more, in PEM or as a JWK.'),
  })
  .describe('The key that signs the tokens of an authorization server.');

const status = z.enum(['ACTIVE', 'INACTIVE']);
const settingsOfApi = z.record(z.string(), z.unknown()).describe('As the API writes them; what is left out stays.');

const authenticator = z
  .strictObject({
    key: text,
    name: text.optional(),
    status: status.optional().describe('ACTIVE for one that the org does not come with.'),
    settings: settingsOfApi.optional(),
    provider: z.record(z.string(), z.unknown()).optional(),
    methods: z
      .array(z.strictObject({ type: text, status: status.optional(), settings: settingsOfApi.optional() }))
      .default([]),
  })
  .describe('How an authenticator stands, by key; one that the org does not come with is added.');

const authorizationServer = z
  .strictObject({
    name: text.default('default'),
    description: text.optional(),
    audiences: z.array(text).optional(),
    rotationMode: z.enum(['AUTO', 'MANUAL']).optional().describe('How its signing keys are rotated.'),
  })
  .describe('What is changed in an authorization server of a fresh org.');

const addresses = z.array(text).describe('Addresses, networks such as 203.0.113.0/24, ranges a-b.');

/** What only zones of one type have. */
const OF_ZONE_TYPE = { IP: ['gateways', 'proxies'], DYNAMIC: ['locations', 'asns', 'proxyType'] } as const;

const zone = z
  .strictObject({
    name: text,
    type: z.enum(['IP', 'DYNAMIC']).default('IP'),
    usage: z.enum(['POLICY', 'BLOCKLIST']).optional(),
    status: status.optional(),
    gateways: addresses.optional(),
    proxies: addresses.optional(),
    locations: z.array(text).optional().describe('Countries such as DE, regions such as DE-BE.'),
    asns: z.array(text).optional(),
    proxyType: text.optional(),
  })
  .superRefine((given, context) => {
    for (const member of OF_ZONE_TYPE[given.type === 'IP' ? 'DYNAMIC' : 'IP']) {
      if (given[member] === undefined) continue;
      context.addIssue({ code: 'custom', path: [member], message: `a zone of type ${given.type} has none` });
    }
  })
  .describe('A network zone, by name; one of the system is changed, another one is added.');

const brand = z
  .strictObject({
    name: text.optional(),
    removePoweredByOkta: z.boolean().optional(),
    customPrivacyPolicyUrl: text.optional(),
    agreeToCustomPrivacyPolicy: z.boolean().optional(),
    locale: text.optional(),
    defaultApp: z
      .strictObject({
        appInstanceId: text.nullable().optional(),
        appLinkName: text.nullable().optional(),
        classicApplicationUri: text.nullable().optional(),
      })
      .optional(),
  })
  .describe('What is changed in the brand of the org.');

/** Every setting of the emulator; one that is missing here does not compile. */
const settings = {
  embeddedSignIn: z.boolean().optional(),
  telephony: z.boolean().optional(),
  rateLimits: z.boolean().optional(),
  transactionMinutes: z.number().positive().optional(),
  signInWidget: z.boolean().optional(),
  geolocations: z
    .custom<Geolocation[]>()
    .superRefine((value, context) => {
      const fault = geolocationsFault(value);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    })
    .optional(),
} satisfies Record<keyof EmulatorSettings, z.ZodType>;

export const orgSeedSchema = z
  .strictObject({
    version: z.literal(1),
    ids: z.int().optional().describe('Makes all other ids repeatable, as the option `seed` with a number does.'),
    token: text.optional().describe('The admin API token.'),
    org: z.strictObject({ id: id('00o').optional(), name: text.optional() }).optional(),
    admin: z.strictObject({ password: text }).optional().describe('The super admin, admin@example.com.'),
    settings: z.strictObject(settings).optional().describe('Those of `/_emulator/settings`.'),
    signingKeys: z.array(signingKey).default([]),
    authorizationServers: z.array(authorizationServer).default([]),
    authenticators: z.array(authenticator).default([]),
    zones: z.array(zone).default([]),
    brand: brand.optional(),
    groups: z.array(group).default([]),
    users: z.array(user).default([]),
    apps: z.array(app).default([]),
  })
  .describe('What an emulated org holds from the start.');

/** A seed as people write it: what has a default may be left out. */
export type OrgSeed = z.input<typeof orgSeedSchema>;
export type ParsedSeed = z.output<typeof orgSeedSchema>;
