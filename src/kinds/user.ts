import { z } from 'zod';
import type { Declared, Found, Kind, Listed, SetValue } from '../engine/kind.ts';
import { isNotFound } from '../okta/api.ts';
import { addressFor, addressOf } from '../shared/address.ts';
import { inTurns } from '../shared/in-turns.ts';
import { foldedLogin } from '../shared/login.ts';
import type { Authenticator, AuthenticatorMethod } from '../wire/authenticator.ts';
import type { Group, User, UserFactor } from '../wire/directory.ts';
import type { OrgContext } from './context.ts';
import { BUILT_IN_GROUPS, groupIds, groupReferences } from './groups.ts';
import { byName, pruned, sorted, unsaidMembers } from './listing.ts';
import { recreateUser, rememberUser, restoreUser, type UserImage } from './recreate.ts';
import { ensureField, type Section } from './section.ts';
import { listed, unwanted } from './sets.ts';

interface UserSpec {
  login: string;
  email?: string | undefined;
  firstName?: string | undefined;
  lastName?: string | undefined;
  password?: string | undefined;
  groups?: SetValue | undefined;
  /** E.164; null, in an undo, for none. */
  phone?: string | null | undefined;
}

/** E.164. */
const PHONE_NUMBER = /^\+[1-9]\d{6,14}$/;

const schema = z
  .strictObject({
    login: z
      .string()
      .min(5)
      .max(100)
      .meta({ description: 'Username; usually an email address.', examples: ['mary@example.com'] }),
    email: z.email().optional().meta({ description: 'Primary email; the login when not given.' }),
    firstName: z.string().min(1).max(50).meta({ description: 'First name.' }),
    lastName: z.string().min(1).max(50).meta({ description: 'Last name.' }),
    password: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: 'Set when the user is created, never read back or shown. Write it as `${env:NAME}`.',
        examples: ['${env:MARY_PASSWORD}'],
      }),
    groups: z
      .array(
        z.string().refine((name) => !BUILT_IN_GROUPS.includes(name), 'Okta manages the members of this group itself'),
      )
      .optional()
      .meta({ description: 'Memberships; always additive.' }),
    phone: z
      .string()
      .regex(PHONE_NUMBER, 'must be a phone number in E.164 form such as +14155550132')
      .optional()
      .meta({
        description: 'Enrolled and verified in advance, for SMS and voice call. E.164.',
        examples: ['+14155550132'],
      }),
    ensure: ensureField,
  })
  .meta({ description: 'A user. The password and phone of one that was there before are left alone.' });

export const userSection: Section<z.infer<typeof schema>[]> = {
  key: 'users',
  secrets: ['password'],
  schema: z.array(schema).meta({ description: 'Users, such as the test users that flows sign in.' }),
  layout: {
    kind: 'user',
    naming: 'login',
    spec: ({ groups, ...spec }) => (groups === undefined ? spec : { ...spec, groups: { add: groups } }),
    entry: ({ groups, ...spec }) => {
      const names = listed(groups as SetValue | undefined);
      return names.length > 0 ? { ...spec, groups: names } : spec;
    },
  },
};

/** Users by login. Their credentials are ours only when an earlier apply of this config created them. */
export const user: Kind<UserSpec, User, OrgContext> = {
  name: 'user',
  folded: foldedLogin,
  changeEvents: ['user.lifecycle', 'user.account', 'user.mfa.factor', 'group.user_membership'],
  resources: { writes: ['users', 'groups'], reads: ['authenticators'] },
  wireNames: { mobilePhone: 'phone', '/factors': 'phone', '/api/v1/groups/': 'groups' },
  fields: {
    login: 'identity',
    email: 'value',
    firstName: 'value',
    lastName: 'value',
    password: 'writeOnly',
    groups: 'set',
    phone: 'value',
  },
  references: ({ groups }) => groupReferences(groups, 'groups'),
  // A phone can be enrolled only where the authenticator is active and the user's enrollment policy allows it.
  // One who comes back may have had one.
  after: ({ spec, formerly }, all) =>
    spec.phone === undefined && formerly?.image === undefined
      ? []
      : all
          .filter((other) => ['enrollmentPolicy', 'enrollmentPolicyRule', 'authenticator'].includes(other.kind))
          .map((other) => addressOf(other.kind, other.key)),
  read: async (context, declared, all) => {
    const methods = declared.some(({ spec }) => spec.phone !== undefined) ? await methodsToBe(context, all) : [];
    const found = await Promise.all(
      declared.map(async ({ key, spec }): Promise<[string, Found<UserSpec, User>][]> => {
        const live = await findUser(context, spec.login);
        if (!live) return [];
        const [groups, factors] = await Promise.all([
          spec.groups && context.reader.list<Group>(`${userPath(live.id)}/groups`),
          spec.phone !== undefined && context.reader.list<UserFactor>(`${userPath(live.id)}/factors`),
        ]);
        return [[key, { live, spec: project(live, groups || [], phoneOf(factors || [], methods)) }]];
      }),
    );
    return new Map(found.flat());
  },
  list: async (context) => {
    const methods = await methodsToBe(context, []);
    const users = await context.reader.list<User>('/api/v1/users?limit=200');
    const all = await inTurns(users, async (live) => {
      if (!AS_CREATED.includes(live.status)) return listedUser(live, project(live, [], undefined));
      const [groups, factors] = await Promise.all([
        context.reader.list<Group>(`${userPath(live.id)}/groups`),
        context.reader.list<UserFactor>(`${userPath(live.id)}/factors`),
      ]);
      return listedUser(live, project(live, groups, phoneOf(factors, methods)));
    });
    return all.sort(byName);
  },
  create: async (context, { spec }) => {
    // Asked while the user is made, which takes the org longer; awaited only then, so that no write is left behind.
    const methods = spec.phone ? freshMethods(context) : Promise.resolve([]);
    methods.catch(() => {});
    const created = await context.api.post<User>('/api/v1/users?activate=true', {
      profile: profileOf(spec),
      ...(spec.password === undefined ? {} : { credentials: { password: { value: spec.password } } }),
      groupIds: await groupIds(context, listed(spec.groups)),
    });
    if (spec.phone) {
      await enrolPhone(context, created.id, { number: spec.phone }, { live: [], active: await methods });
    }
    return created;
  },
  update: async (context, { found, declared, changed }) => {
    const { spec } = declared;
    const { id } = found.live;
    const profile = (['email', 'firstName', 'lastName'] as const).filter((field) => changed.has(field));
    const body = {
      ...(profile.length > 0 ? { profile: Object.fromEntries(profile.map((field) => [field, spec[field]])) } : {}),
      ...(changed.has('password') ? { credentials: { password: { value: spec.password } } } : {}),
    };
    if (Object.keys(body).length > 0) await context.api.post(userPath(id), body);
    if (cameBackStaged(found.live) && changed.has('password')) {
      await context.api.post(`${userPath(id)}/lifecycle/activate?sendEmail=false`);
    }
    if (changed.has('groups')) {
      const live = new Set((found.spec.groups as string[] | undefined) ?? []);
      const wanted = listed(spec.groups).filter((name) => !live.has(name));
      for (const group of await groupIds(context, wanted)) await context.api.put(`/api/v1/groups/${group}/users/${id}`);
      const unwantedHere = unwanted(spec.groups).filter((name) => live.has(name));
      for (const group of await groupIds(context, unwantedHere)) {
        await context.api.delete(`/api/v1/groups/${group}/users/${id}`);
      }
    }
    if (changed.has('phone') && spec.phone !== undefined) {
      const [live, active] = await Promise.all([
        context.api.list<UserFactor>(`${userPath(id)}/factors`),
        freshMethods(context),
      ]);
      const wanted = phonesIn(spec.phone);
      await dropPhones(context, id, wanted, live);
      for (const phone of wanted) await enrolPhone(context, id, phone, { live, active });
    }
  },
  remove: async ({ api }, { live }) => {
    // The first DELETE deactivates, the second deletes (recorded).
    if (live.status !== 'DEPROVISIONED') await api.delete(userPath(live.id));
    await api.delete(userPath(live.id));
  },
  leaveAlone: (found, context) => (ours(found.live, context) ? [] : ['phone', 'password']),
  // Once set it is ours, and not set again: Okta refuses a password that was used before.
  rewrite: ({ spec, formerly }, { live }, context) => {
    if (spec.password === undefined || formerly) return [];
    // One of ours that a rollback brought back has none any more.
    const lacksIt = isOwned(live, context) ? cameBackStaged(live) : context.adoptCredentials;
    return lacksIt ? ['password'] : [];
  },
  owned: true,
  clearable: ['phone'],
  remember: (context, { live }) => rememberUser(context, live),
  recreate: (context, _declared, image) => recreateUser(context, image as UserImage),
  restore: (context, _declared, image, id) => restoreUser(context, id, image as UserImage),
  lost: (action) =>
    action === 'delete'
      ? ['password, security question, admin roles and every factor but the phone: the user comes back STAGED']
      : [],
  notes: ({ spec, formerly }, found, context) => {
    if (formerly) return []; // an undo has nothing to say of what a config could
    if (!found) return spec.password === undefined ? ['has no password: Okta sends an activation mail'] : [];
    return [
      ...statusNote(found.live, spec.password !== undefined && isOwned(found.live, context)),
      ...(!ours(found.live, context) && (spec.password !== undefined || spec.phone !== undefined)
        ? ['was there before this config: password and phone are left alone (--adopt-credentials to set them)']
        : []),
    ];
  },
};

/** Users that a config makes are active at once; STAGED are those that a rollback has made again. */
const cameBackStaged = ({ status }: User) => status === 'STAGED';

/** @param isCured whether the plan gives the user what is missing */
function statusNote(live: User, isCured: boolean): string[] {
  if (live.status === 'ACTIVE') return [];
  if (cameBackStaged(live) && isCured) return ['came back without a password: it is set again, and the user activated'];
  return [`has status ${live.status} in the org: left alone`];
}

/** Users whose status is one that a new user can come to by itself. */
const AS_CREATED: readonly string[] = ['ACTIVE', 'PROVISIONED', 'PASSWORD_EXPIRED', 'RECOVERY', 'LOCKED_OUT'];

function listedUser(live: User, projected: Found<UserSpec>['spec']): Listed<UserSpec> {
  const { groups, phone, ...spec } = projected as UserSpec;
  const known = phone === undefined || phone === null || PHONE_NUMBER.test(phone);
  const attributes = unsaidMembers(live.profile, ['login', 'email', 'firstName', 'lastName']);
  const there = AS_CREATED.includes(live.status);
  return {
    kind: 'user',
    names: [live.profile.login],
    spec: there
      ? pruned({
          ...spec,
          groups: { add: sorted(listed(groups)) },
          phone: known ? phone : undefined,
        })
      : undefined,
    narrows: ['groups'],
    remarks: [
      ...(there ? [] : [`has status ${live.status}, and a config makes active users only`]),
      ...(known ? [] : ['its phone numbers differ, or are masked']),
      ...(attributes.length > 0 ? [`its attributes ${attributes.join(', ')} have no words in the config`] : []),
    ],
  };
}

function ours(live: User, context: OrgContext): boolean {
  return context.adoptCredentials || isOwned(live, context);
}

function isOwned(live: User, context: OrgContext): boolean {
  return context.owns(addressFor('user', live.profile.login), live);
}

/**
 * The user whom Okta takes for the one with this login. It also resolves ids and the part of a login before the `@` in this
 * path: what that finds is somebody else.
 */
async function findUser(context: OrgContext, login: string): Promise<User | undefined> {
  try {
    const user = await context.reader.get<User>(userPath(encodeURIComponent(login)));
    const found = user.profile?.login;
    return found !== undefined && foldedLogin(found) === foldedLogin(login) ? user : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function project(live: User, groups: readonly Group[], phone: string | undefined): Found<UserSpec>['spec'] {
  return {
    login: live.profile.login,
    email: live.profile.email,
    firstName: live.profile.firstName ?? '',
    lastName: live.profile.lastName ?? '',
    groups: groups.filter((group) => group.type === 'OKTA_GROUP').map((group) => group.profile.name),
    phone,
  };
}

type PhoneMethod = 'sms' | 'voice';

/** Factor types of the Factors API by the method of the phone authenticator. */
const FACTOR_TYPE: Record<PhoneMethod, string> = { sms: 'sms', voice: 'call' };
const METHODS = Object.keys(FACTOR_TYPE) as PhoneMethod[];

/** The phone methods that will be active once this plan is done: those of the org, with what the config says of them. */
async function methodsToBe(context: OrgContext, all: readonly Declared[]): Promise<PhoneMethod[]> {
  const phone = all.find((object) => object.address === addressFor('authenticator', 'phone'));
  const wanted = (phone?.spec as { methods?: Partial<Record<PhoneMethod, string>> } | undefined)?.methods ?? {};
  const live = await activeMethods((path) => context.reader.list(path));
  return METHODS.filter((method) => (wanted[method] ?? (live.includes(method) ? 'active' : 'inactive')) === 'active');
}

async function activeMethods(list: <T>(path: string) => Promise<T[]>): Promise<PhoneMethod[]> {
  const authenticators = await list<Authenticator>('/api/v1/authenticators');
  const phone = authenticators.find((authenticator) => authenticator.key === 'phone_number');
  if (!phone) return [];
  const methods = await list<AuthenticatorMethod>(`/api/v1/authenticators/${phone.id}/methods`);
  return METHODS.filter((type) => methods.some((method) => method.type === type && method.status === 'ACTIVE'));
}

/** As they are now: an earlier change of this run may have switched one on. */
const freshMethods = ({ api }: OrgContext) => activeMethods((path) => api.list(path));

/** The number when it is enrolled for every method that is to be active; otherwise in words what is there. */
function phoneOf(factors: readonly UserFactor[], methods: readonly PhoneMethod[]): string | undefined {
  const numbers = METHODS.map((method) => {
    const factor = factors.find(({ factorType, status }) => factorType === FACTOR_TYPE[method] && status === 'ACTIVE');
    return { method, number: factor?.profile?.phoneNumber as string | undefined };
  });
  const [first] = numbers.flatMap(({ number }) => number ?? []);
  const whole = numbers.every(
    ({ method, number }) => number === first || (number === undefined && !methods.includes(method)),
  );
  if (whole) return first;
  return numbers.flatMap(({ method, number }) => (number === undefined ? [] : `${number} (${method})`)).join(', ');
}

interface WantedPhone {
  number: string;
  /** Undefined: every method that is active. */
  method?: PhoneMethod;
}

/** What a spec asks for: a number; in an undo also none, or what {@link phoneOf} said in words. */
function phonesIn(phone: string | null): WantedPhone[] {
  if (phone === null) return [];
  const inWords = [...phone.matchAll(/(\+\d+) \((sms|voice)\)/g)];
  if (inWords.length === 0) return [{ number: phone }];
  return inWords.map(([, number = '', method]) => ({ number, method: method as PhoneMethod }));
}

/** Enrols the number for the method, or for each active one, without sending a code. */
async function enrolPhone(
  { api }: OrgContext,
  userId: string,
  { number: phoneNumber, method }: WantedPhone,
  { live, active }: { live: readonly UserFactor[]; active: readonly PhoneMethod[] },
): Promise<void> {
  for (const factorType of (method ? [method] : active).map((one) => FACTOR_TYPE[one])) {
    const there = live.some(
      (factor) =>
        factor.factorType === factorType && factor.status === 'ACTIVE' && factor.profile?.phoneNumber === phoneNumber,
    );
    if (there) continue;
    await api.post(`${userPath(userId)}/factors?activate=true&updatePhone=true`, {
      factorType,
      provider: 'OKTA',
      profile: { phoneNumber },
    });
  }
}

/** Okta keeps one number: another one on an active factor has to go first. */
async function dropPhones(
  { api }: OrgContext,
  userId: string,
  wanted: readonly WantedPhone[],
  live: readonly UserFactor[],
): Promise<void> {
  for (const factor of live) {
    const isWanted = wanted.some(
      ({ number, method }) =>
        factor.profile?.phoneNumber === number && (method === undefined || FACTOR_TYPE[method] === factor.factorType),
    );
    if (!Object.values(FACTOR_TYPE).includes(factor.factorType) || isWanted) continue;
    await api.delete(`${userPath(userId)}/factors/${factor.id}?removeRecoveryEnrollment=true`);
  }
}

function profileOf(spec: UserSpec) {
  const { login, email = login, firstName, lastName } = spec;
  return { login, email, firstName, lastName };
}

const userPath = (id: string) => `/api/v1/users/${id}`;
