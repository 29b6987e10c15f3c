import { z } from 'zod';
import type { Declared, Found, Kind, Listed } from '../engine/kind.ts';
import { addressOf } from '../shared/address.ts';
import { authenticatorTitle } from '../shared/authenticators.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { Authenticator, AuthenticatorKey } from '../wire/authenticator.ts';
import type { MfaEnrollEntry, MfaEnrollSettings, Policy } from '../wire/policy.ts';
import { authenticatorsThere } from './authenticator.ts';
import { livePolicies, type OrgContext, setStatus } from './context.ts';
import { enrollmentRuleSchema } from './enrollment-policy-rule.ts';
import { COMPARED_FIELDS, groupPolicyFields, groupPolicyProblem } from './group-policy.ts';
import { groupNames, groupReferences, mergedGroupIds } from './groups.ts';
import { conditionRemarks, inOrder, pruned, sorted, unsaidConditions } from './listing.ts';
import { DEFAULT_POLICY, policyComesBack, policyNamed, systemPolicyMissing, withGroups } from './policies.ts';
import { policyName, SYSTEM_RULE } from './policy-rules.ts';
import { ensureField, isEarlier, type Section } from './section.ts';
import { AUTHENTICATOR, ENROLLMENT, STATUS } from './vocabulary.ts';

type Level = (typeof ENROLLMENT.words)[number];
type Name = (typeof AUTHENTICATOR.words)[number];
type Levels = Partial<Record<Name, Level | undefined>>;

export interface EnrollmentPolicySpec {
  name: string;
  description?: string | undefined;
  groups?: string[] | undefined;
  authenticators?: Levels | undefined;
  status?: (typeof STATUS.words)[number] | undefined;
}

const levels = z
  .strictObject(
    Object.fromEntries(
      AUTHENTICATOR.words.map((name) => [
        name,
        z
          .enum(ENROLLMENT.words)
          .optional()
          .meta({ description: `Whether users enrol ${authenticatorTitle(name)}.` }),
      ]),
    ) as Record<(typeof AUTHENTICATOR.words)[number], z.ZodOptional<z.ZodEnum<{ [L in Level]: L }>>>,
  )
  .meta({ description: 'Whether users must, may or may not enrol each authenticator.' });

const schema = z
  .strictObject({
    ...groupPolicyFields,
    authenticators: levels.optional(),
    rules: z
      .array(enrollmentRuleSchema)
      .optional()
      .meta({ description: 'Rules in order of priority. A policy without rules never applies.' }),
    ensure: ensureField,
  })
  .superRefine((policy, issues) => {
    const problem = problemOf(policy);
    if (problem) issues.addIssue({ code: 'custom', ...problem });
  })
  .meta({ description: 'An authenticator enrollment policy (Security > Authenticators > Enrollment).' });

export const enrollmentPolicySection: Section<z.infer<typeof schema>[]> = {
  key: 'enrollmentPolicies',
  schema: z.array(schema).meta({ description: 'Enrollment policies in order of priority; the default one is last.' }),
  layout: {
    kind: 'enrollmentPolicy',
    naming: 'name',
    nested: [{ field: 'rules', layout: { kind: 'enrollmentPolicyRule', naming: 'name' } }],
  },
};

/** MFA_ENROLL policies by name; the default one by its system flag. */
export const enrollmentPolicy: Kind<EnrollmentPolicySpec, Policy, OrgContext> = {
  name: 'enrollmentPolicy',
  changeEvents: ['policy.lifecycle'],
  resources: { writes: ['policies'], reads: ['groups', 'authenticators'] },
  wireNames: { mediationPolicy: 'authenticators', '/lifecycle/': 'status' },
  lane: 'MFA_ENROLL',
  fields: { ...COMPARED_FIELDS, authenticators: 'value' },
  references: ({ groups }) => groupReferences(groups, 'groups'),
  after: (own, all) => [
    ...Object.entries(own.spec.authenticators ?? {})
      .filter(([name, level]) => level !== 'disabled' || (isDefault(own.spec) && switchesOn(all, name as Name)))
      .map(([name]) => addressOf('authenticator', name)),
    ...all.filter((other) => comesBefore(other, own)).map((other) => other.address),
  ],
  read: async (context, declared, all) => {
    const policies = await livePolicies(context, 'MFA_ENROLL');
    const found = await Promise.all(
      declared.map(async (object): Promise<[string, Found<EnrollmentPolicySpec, Policy>][]> => {
        const live = policyNamed(policies, object.spec.name);
        const offered = live?.system ? await offeredAgain(context, object.spec, all) : [];
        return live ? [[object.key, { live, spec: await project(context, live, offered) }]] : [];
      }),
    );
    return new Map(found.flat());
  },
  list: async (context) =>
    Promise.all(inOrder(await livePolicies(context, 'MFA_ENROLL')).map((live) => listedPolicy(context, live))),
  order: {
    scheme: 'dense',
    parent: () => '',
    siblings: async (context) => (await livePolicies(context, 'MFA_ENROLL')).filter((policy) => !policy.system),
    ordered: (declared) => declared.spec.name !== DEFAULT_POLICY,
  },
  create: async (context, { spec }, priority) => {
    if (spec.name === DEFAULT_POLICY) throw systemPolicyMissing('enrollment policy');
    const created = await context.api.post<Policy>('/api/v1/policies', {
      type: 'MFA_ENROLL',
      name: spec.name,
      description: spec.description ?? '',
      ...(priority === undefined ? {} : { priority }),
      conditions: { people: { groups: { include: await mergedGroupIds(context, [], spec.groups ?? []) } } },
      settings: { type: 'AUTHENTICATORS', authenticators: withLevels([], spec.authenticators ?? {}) },
    });
    if (spec.status === 'inactive') await setStatus(context, `/api/v1/policies/${created.id}`, 'inactive');
    return created;
  },
  update: async (context, { found, declared, changed, priority }) => {
    const path = `/api/v1/policies/${found.live.id}`;
    const { spec } = declared;
    const body = changed.size > (changed.has('status') ? 1 : 0) || priority !== undefined;
    if (body) {
      // Read afresh right before it is written: the priority of the default policy moves whenever another one comes or goes.
      const { _links, _embedded, ...live } = await context.api.get<Policy>(path);
      assertConvertible(live.name, live.settings);
      await context.api.put(path, {
        ...live,
        ...(changed.has('description') ? { description: spec.description } : {}),
        ...(priority === undefined ? {} : { priority }),
        ...(changed.has('groups') ? { conditions: await withGroups(context, live.conditions, spec.groups ?? []) } : {}),
        settings: {
          type: 'AUTHENTICATORS',
          authenticators: withLevels(entriesOf(live.settings), spec.authenticators ?? {}),
        },
      });
    }
    if (changed.has('status')) {
      await setStatus(context, path, spec.status);
    }
  },
  remove: ({ api }, { live }) => api.delete(`/api/v1/policies/${live.id}`),
  ...policyComesBack,
  notes: ({ spec }, found) =>
    spec.name === DEFAULT_POLICY && found
      ? ['this policy is for everyone whom no other enrollment policy covers, admins included']
      : [],
};

function problemOf(policy: z.input<typeof schema>): { message: string; path: string[] } | undefined {
  const isDefault = policy.name === DEFAULT_POLICY;
  const { password, email } = policy.authenticators ?? {};
  const problem = groupPolicyProblem(policy);
  if (problem) return problem;
  const ownDefault = isDefault ? -1 : (policy.rules ?? []).findIndex((rule) => rule.name === SYSTEM_RULE.MFA_ENROLL);
  if (ownDefault >= 0) {
    const message = 'only the Default Policy has a Default Rule; give this rule another name';
    return { message, path: ['rules', String(ownDefault), 'name'] };
  }
  if (isDefault && password !== undefined && password !== 'required') {
    return {
      message: 'Password must be required in the Default Policy (Okta refuses anything else)',
      path: ['authenticators', 'password'],
    };
  }
  if (password !== undefined && password !== 'required' && email !== undefined && email !== 'required') {
    return {
      message: 'at least one of password and email must be required (Okta refuses the policy otherwise)',
      path: ['authenticators', 'password'],
    };
  }
  return undefined;
}

const isDefault = ({ name }: EnrollmentPolicySpec) => name === DEFAULT_POLICY;

/** Whether a config may switch an authenticator on: it says so, or names one that is not there yet. */
function switchesOn(all: readonly Declared[], name: Name, there = false): boolean {
  const declared = all.find((other) => other.address === addressOf('authenticator', name));
  const { status } = (declared?.spec ?? { status: 'inactive' }) as { status?: string };
  return status === 'active' || (status === undefined && !there);
}

/**
 * Authenticators that the Default Policy shall not offer and that this plan switches on: Okta may then offer them in it, so
 * that not being there before does not settle it.
 */
async function offeredAgain(
  context: OrgContext,
  spec: EnrollmentPolicySpec,
  all: readonly Declared[],
): Promise<Name[]> {
  const names = AUTHENTICATOR.words.filter(
    (name) => spec.authenticators?.[name] === 'disabled' && switchesOn(all, name),
  );
  if (names.length === 0) return [];
  const live = await context.reader.list<Authenticator>('/api/v1/authenticators');
  return names.filter((name) => {
    const there = live.find(({ key }) => key === AUTHENTICATOR.toWire(name));
    return there?.status !== 'ACTIVE' && switchesOn(all, name, there !== undefined);
  });
}

/** @param offered authenticators that will be optional here by the time the policy is written */
async function project(
  context: OrgContext,
  live: Policy,
  offered: readonly Name[],
): Promise<Found<EnrollmentPolicySpec>['spec']> {
  const entries = entriesOf(live.settings);
  return {
    name: live.name,
    description: live.description ?? '',
    groups: await groupNames(context, live.conditions?.people?.groups?.include ?? []),
    authenticators: Object.fromEntries(
      AUTHENTICATOR.words.map((name) => {
        // What the answer leaves out is not allowed: inactive authenticators never show (recorded).
        const entry = entries.find((candidate) => candidate.key === AUTHENTICATOR.toWire(name));
        return [name, ENROLLMENT.toWord(entry?.enroll.self ?? (offered.includes(name) ? 'OPTIONAL' : 'NOT_ALLOWED'))];
      }),
    ),
    status: STATUS.toWord(live.status),
  };
}

async function listedPolicy(context: OrgContext, live: Policy): Promise<Listed<EnrollmentPolicySpec>> {
  const { groups = [], authenticators, ...spec } = (await project(context, live, [])) as EnrollmentPolicySpec;
  const there = await authenticatorsThere(context);
  const levels = Object.fromEntries(
    there
      .map(({ name, active }) => ({ name, active, level: authenticators?.[name] }))
      // A level of what is switched off says nothing, and a config may not say it.
      .filter(({ active, level }) => active || level === 'disabled')
      .map(({ name, level }) => [name, level]),
  );
  const restricted = live.system ? [] : unsaidConditions(live.conditions, ['include']);
  const unnamed = live.conditions?.people?.groups?.include?.filter((id) => groups.includes(id)) ?? [];
  const wrong = [
    ...conditionRemarks(restricted),
    ...(unnamed.length > 0 && !live.system ? ['it is for groups of an app, or for groups that are gone'] : []),
  ];
  return {
    kind: 'enrollmentPolicy',
    names: [live.system ? DEFAULT_POLICY : live.name],
    spec:
      wrong.length > 0
        ? undefined
        : pruned({
            ...spec,
            ...(live.system ? { name: DEFAULT_POLICY, status: undefined } : { groups: sorted(groups) }),
            authenticators: levels,
          }),
    remarks: [...wrong, ...unsaidEnrollment(live)],
  };
}

/** What an enrollment policy says beyond a level for each authenticator that the config knows. */
function unsaidEnrollment(live: Policy): string[] {
  const entries = entriesOf(live.settings).filter((entry) => entry.enroll.self !== 'NOT_ALLOWED');
  const wordless = entries.filter(({ key }) => AUTHENTICATOR.toWord(key) === key && key !== 'webauthn');
  const narrowed = entries.filter(({ enroll: { self, ...more }, constraints }) =>
    [...Object.values(more), ...Object.values(constraints ?? {}).map((one) => (one as unknown[])?.length || null)].some(
      (value) => value !== null && value !== undefined,
    ),
  );
  const lost = lostFactors(live.settings);
  return [
    ...(wordless.length > 0 ? [`it also offers ${wordless.map(({ key }) => key).join(', ')}`] : []),
    ...(narrowed.length > 0
      ? [`grace periods and constraints of ${narrowed.map(({ key }) => key).join(', ')} have no words in the config`]
      : []),
    ...(lost.length > 0 ? [`it still has factors of Classic Engine: ${lost.join(', ')}`] : []),
  ];
}

/** Policies that came from Classic Engine list `factors` until they are first edited (recorded). */
const LEGACY_FACTORS: Readonly<Record<string, AuthenticatorKey>> = {
  okta_sms: 'phone_number',
  okta_call: 'phone_number',
  okta_voice: 'phone_number',
  okta_otp: 'okta_verify',
  okta_push: 'okta_verify',
  okta_question: 'security_question',
  okta_email: 'okta_email',
  okta_password: 'okta_password',
  google_otp: 'google_otp',
  fido_webauthn: 'webauthn',
};

function entriesOf(settings: Record<string, unknown> | undefined): MfaEnrollEntry[] {
  const modern = settings as Partial<MfaEnrollSettings> | undefined;
  if (modern?.authenticators) return modern.authenticators;
  const entries = new Map<AuthenticatorKey, MfaEnrollEntry>();
  for (const [factor, { enroll }] of Object.entries(classicFactors(settings))) {
    const key = LEGACY_FACTORS[factor];
    // Several factors may be one authenticator: the most that is allowed of any counts.
    if (key && RANK[enroll.self] >= RANK[entries.get(key)?.enroll.self ?? 'NOT_ALLOWED'])
      entries.set(key, { key, enroll });
  }
  return [...entries.values()];
}

const RANK: Record<MfaEnrollEntry['enroll']['self'], number> = { NOT_ALLOWED: 0, OPTIONAL: 1, REQUIRED: 2 };

function classicFactors(settings: Record<string, unknown> | undefined) {
  return (settings as { factors?: Record<string, { enroll: MfaEnrollEntry['enroll'] }> } | undefined)?.factors ?? {};
}

/** Writing a policy of Classic Engine converts it for good; what has no counterpart would be lost without a word. */
function assertConvertible(name: string, settings: Record<string, unknown> | undefined): void {
  const lost = lostFactors(settings);
  if (lost.length === 0) return;
  throw new OrgproofError(
    `the policy "${name}" still has factors of Classic Engine that would be lost: ${lost.join(', ')}`,
    {
      code: 'classic-policy',
      hint: 'save it once in the Admin Console (Security > Authenticators > Enrollment), then apply again',
      exitCode: EXIT.refused,
    },
  );
}

function lostFactors(settings: Record<string, unknown> | undefined): string[] {
  return Object.entries(classicFactors(settings))
    .filter(([factor, { enroll }]) => LEGACY_FACTORS[factor] === undefined && enroll.self !== 'NOT_ALLOWED')
    .map(([factor]) => factor);
}

/** The entries to send: the live ones with the mentioned levels; whatever is left out becomes NOT_ALLOWED (recorded). */
function withLevels(live: readonly MfaEnrollEntry[], levels: Levels): MfaEnrollEntry[] {
  // Only authenticators that an org can hold several of go by id; the config has no word for those.
  const named = new Set<string>(AUTHENTICATOR.words.map((name) => AUTHENTICATOR.toWire(name)));
  const entries = new Map(live.map((entry) => [named.has(entry.key) ? entry.key : (entry.id ?? entry.key), entry]));
  for (const [name, level] of Object.entries(levels) as [keyof Levels, Level | undefined][]) {
    if (level === undefined) continue;
    const key = AUTHENTICATOR.toWire(name);
    entries.set(key, {
      key,
      ...entries.get(key),
      enroll: { ...entries.get(key)?.enroll, self: ENROLLMENT.toWire(level) },
    });
  }
  return [...entries.values()].filter((entry) => entry.enroll.self !== 'NOT_ALLOWED');
}

/** Priorities are written one after the other, and the default policy last of all, after the others' rules too. */
function comesBefore(other: Declared, own: Declared): boolean {
  if (other.kind === 'enrollmentPolicyRule') return own.key === DEFAULT_POLICY && policyName(other) !== DEFAULT_POLICY;
  if (other.kind !== own.kind || other.key === DEFAULT_POLICY) return false;
  return own.key === DEFAULT_POLICY ? other.ensure === 'present' : isEarlier(other, own);
}
