import { z } from 'zod';
import type { Found, SetValue } from '../engine/kind.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { OAuth2Claim } from '../wire/authorization-server.ts';
import { ANY_SCOPE, scopeReferences } from './authorization-server-scope.ts';
import { ensureField, type Layout, nameField, setField } from './section.ts';
import { serverObjectKind } from './server-object.ts';
import { listed, merged } from './sets.ts';
import { CLAIM_VALUE, GROUP_FILTER, STATUS } from './vocabulary.ts';

interface ClaimSpec {
  name: string;
  valueType?: (typeof CLAIM_VALUE.words)[number] | undefined;
  value?: string | undefined;
  groupFilter?: (typeof GROUP_FILTER.words)[number] | null | undefined;
  scopes?: SetValue | undefined;
  alwaysIncludeInToken?: boolean | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

/** What comes with every authorization server (recorded): of `sub` the value can be changed, of the others nothing. */
const SUBJECT = 'sub';
const SYSTEM_ID_TOKEN_CLAIMS = [
  ...[
    'address',
    'birthdate',
    'email',
    'email_verified',
    'family_name',
    'gender',
    'given_name',
    'locale',
    'middle_name',
  ],
  ...[
    'name',
    'nickname',
    'phone_number',
    'picture',
    'preferred_username',
    'profile',
    'updated_at',
    'website',
    'zoneinfo',
  ],
];

const shared = {
  name: nameField('Name of the claim.').meta({ examples: ['groups'] }),
  valueType: z.enum(CLAIM_VALUE.words).optional().meta({
    description: '`expression`: the value is computed; `groups`: it is the groups of the user that pass the filter.',
    default: 'expression',
  }),
  value: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Expression of the Okta Expression Language, or what the names of groups are compared with.',
      examples: ['user.department'],
    }),
  groupFilter: z.enum(GROUP_FILTER.words).optional().meta({
    description: 'How the names of groups are compared with the value; with `valueType: groups`.',
    default: 'starts with',
  }),
  scopes: setField(z.string(), 'Scopes with which the claim comes; `*` for any.')
    .refine((scopes) => 'add' in scopes || scopes.length > 0, { error: 'must not be empty; `*` stands for any scope' })
    .refine((scopes) => !listed(scopes).includes(ANY_SCOPE) || listed(scopes).length === 1, {
      error: '`*` stands alone: it leaves no scope out',
    })
    .optional(),
};
const last = {
  status: z.enum(STATUS.words).optional().meta({ description: 'A new claim is active unless this says otherwise.' }),
  ensure: ensureField,
};

type ClaimEntry = Pick<ClaimSpec, 'name' | 'valueType' | 'groupFilter'> & Readonly<Record<string, unknown>>;

function checked<Entry extends z.ZodType<ClaimEntry>>(entry: Entry, systemClaims: readonly string[], ours: string[]) {
  return entry.superRefine((claim, issues) => {
    if (claim.groupFilter !== undefined && claim.valueType !== 'groups') {
      issues.addIssue({
        code: 'custom',
        message: 'groupFilter needs valueType: groups beside it',
        path: ['groupFilter'],
      });
    }
    if (!systemClaims.includes(claim.name)) return;
    const [field] = Object.keys(claim).filter((name) => claim[name] !== undefined && !['name', ...ours].includes(name));
    if (field === undefined) return;
    const allowed = ours.length === 0 ? 'nothing of it' : `only its ${ours.join(', ')}`;
    const message = `the claim ${claim.name} is Okta's own: ${allowed} can be set, and it cannot be deleted`;
    issues.addIssue({ code: 'custom', message, path: [field] });
  });
}

export const accessTokenClaimSchema = checked(z.strictObject({ ...shared, ...last }), [SUBJECT], ['value']).meta({
  description: 'Of `sub`, which every server comes with, the value can be set.',
});

export const idTokenClaimSchema = checked(
  z.strictObject({
    ...shared,
    alwaysIncludeInToken: z.boolean().optional().meta({
      description:
        'Always in the ID token; without it an app that gets an access token as well finds the claim at /userinfo only.',
      default: false,
    }),
    ...last,
  }),
  SYSTEM_ID_TOKEN_CLAIMS,
  [],
).meta({ description: 'Those that every server comes with, such as `email`, need no entry.' });

export const accessTokenClaimLayout: Layout = { kind: 'accessTokenClaim', naming: 'name', spec: withAnyScope };
export const idTokenClaimLayout: Layout = { kind: 'idTokenClaim', naming: 'name', spec: withAnyScope };

/** `*` takes the place of any others, also where it is only added. */
function withAnyScope(claim: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const any = listed(claim.scopes as SetValue | undefined).includes(ANY_SCOPE);
  return any ? { ...claim, scopes: [ANY_SCOPE] } : { ...claim };
}

/** Claims of access tokens (`RESOURCE`) and of ID tokens (`IDENTITY`), by server and name: both can have one of a name. */
export const accessTokenClaim = claimKind('accessTokenClaim', 'RESOURCE', [SUBJECT]);
export const idTokenClaim = claimKind('idTokenClaim', 'IDENTITY', SYSTEM_ID_TOKEN_CLAIMS);

function claimKind(kind: string, claimType: OAuth2Claim['claimType'], systemClaims: readonly string[]) {
  return serverObjectKind<ClaimSpec, OAuth2Claim>({
    kind,
    what: 'claim',
    collection: 'claims',
    changeEvents: ['oauth2.claim'],
    fields: {
      name: 'identity',
      valueType: 'value',
      value: 'value',
      groupFilter: 'value',
      scopes: 'set',
      alwaysIncludeInToken: 'value',
      status: 'value',
    },
    wireNames: { group_filter_type: 'groupFilter' },
    clearable: ['groupFilter'],
    // One decides what the others mean.
    tied: ['valueType', 'value', 'groupFilter'],
    isSystem: (name) => systemClaims.includes(name),
    isOther: (live) => live.claimType !== claimType,
    references: ({ scopes }, key) => scopeReferences(scopes, key),
    assertCreatable,
    project,
    tell,
    body: (spec, live) => ({ claimType, ...body(spec, live) }),
  });
}

function assertCreatable({ name, value }: ClaimSpec): void {
  if (value !== undefined) return;
  throw new OrgproofError(`the claim "${name}" is not there yet, and a new one needs a value`, {
    code: 'claim-value-missing',
    hint: 'give it a value, such as user.department',
    exitCode: EXIT.usage,
  });
}

function project(live: OAuth2Claim, wanted?: ClaimSpec): Found<ClaimSpec>['spec'] {
  const { scopes } = live.conditions;
  const added = wanted?.scopes && 'add' in wanted.scopes ? wanted.scopes.add : [];
  return {
    name: live.name,
    valueType: CLAIM_VALUE.toWord(live.valueType),
    value: live.value,
    groupFilter: live.group_filter_type === undefined ? undefined : GROUP_FILTER.toWord(live.group_filter_type),
    // A claim that comes with any scope comes with those that are to be added, too.
    scopes: scopes.length === 0 ? [ANY_SCOPE, ...added] : scopes,
    alwaysIncludeInToken: live.alwaysIncludeInToken,
    status: STATUS.toWord(live.status),
  };
}

/** Of what Okta made itself only the value of `sub` can be said; the rest is there anyway. */
function tell(spec: ClaimSpec, live: OAuth2Claim) {
  if (!live.system) {
    const { alwaysIncludeInToken, ...words } = spec;
    return { spec: live.claimType === 'IDENTITY' ? spec : words, remarks: [] };
  }
  const off = live.status === 'INACTIVE' ? ['it is switched off, which a config cannot say of this claim'] : [];
  if (live.name === SUBJECT) return { spec: { name: spec.name, value: spec.value }, remarks: off };
  return off.length > 0 ? { spec: undefined, remarks: off } : undefined;
}

function body(spec: ClaimSpec, live: OAuth2Claim | undefined) {
  const valueType = spec.valueType ? CLAIM_VALUE.toWire(spec.valueType) : (live?.valueType ?? 'EXPRESSION');
  const filter = spec.groupFilter ? GROUP_FILTER.toWire(spec.groupFilter) : (live?.group_filter_type ?? 'STARTS_WITH');
  const scopes = merged(live ? (project(live).scopes as string[]) : [ANY_SCOPE], spec.scopes);
  return {
    name: spec.name,
    status: spec.status ? STATUS.toWire(spec.status) : (live?.status ?? 'ACTIVE'),
    valueType,
    value: spec.value ?? live?.value,
    conditions: { ...live?.conditions, scopes: scopes.includes(ANY_SCOPE) ? [] : scopes },
    // Of access tokens it is true whatever is sent (OpenAPI 2026.06.3).
    alwaysIncludeInToken: spec.alwaysIncludeInToken ?? live?.alwaysIncludeInToken ?? false,
    group_filter_type: valueType === 'GROUPS' ? filter : undefined,
  };
}
