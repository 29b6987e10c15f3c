/** `/api/v1/users/{id}/authenticator-enrollments`: what a user has enrolled, in the terms of authenticators (LIMITED_GA). */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { link } from '../../http/links.ts';
import { invalid, notFound } from '../../http/okta-error.ts';
import { type Org, orgNow } from '../../org.ts';
import type { FactorEntity, UserEntity } from '../../store/entities.ts';
import { maskEmail } from '../../telephony/phone-numbers.ts';
import { flag, integer, type Json, record, requiredText } from '../input.ts';
import { authenticatorOf } from './factor-kinds.ts';
import { enrolFactor, factorsOf, removeFactor } from './factors.ts';
import { userOf } from './users.ts';

interface Enrollment {
  id: string;
  factors: FactorEntity[];
  body: Json;
}

export function enrollmentRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const base = '/api/v1/users/:userId/authenticator-enrollments';
  const list = (c: AppContext, disclosed = false) => enrollmentsOf(org, userOf(org, c), c.get('baseUrl'), disclosed);
  const find = (c: AppContext, disclosed = false) => {
    const id = c.req.param('enrollmentId') ?? '';
    const found = list(c, disclosed).find((one) => one.id === id);
    if (!found) throw notFound(id, 'AuthenticatorEnrollment');
    return found;
  };

  app.get(base, (c) => c.json(list(c).map((one) => one.body)));
  app.post(`${base}/phone`, async (c) => {
    const user = userOf(org, c);
    const body = await readJson(c);
    assertAuthenticator(org, body, 'phone_number');
    const profile = record(body.profile) ?? {};
    const request = { factorType: 'sms', provider: 'OKTA', profile };
    const factor = await enrolFactor(org, user, request, { activate: true, updatePhone: false });
    const made = list(c).find((one) => one.factors.some((row) => row.id === factor.id));
    return c.json(made?.body ?? {});
  });
  app.post(`${base}/tac`, async (c) => {
    const user = userOf(org, c);
    const body = await readJson(c);
    assertAuthenticator(org, body, 'tac');
    return c.json(issueCode(org, user, record(body.profile) ?? {}, c.get('baseUrl')));
  });
  app.get(`${base}/:enrollmentId`, (c) => {
    const disclosed = c.req.query('discloseIdentifiers')?.split(',').includes('phone');
    return c.json(find(c, disclosed).body);
  });
  app.delete(`${base}/:enrollmentId`, (c) => {
    const { factors } = find(c);
    if (factors.length === 0) throw invalid('enrollment', 'This enrollment cannot be removed.');
    for (const factor of factors) removeFactor(org, factor);
    return c.body(null, 204);
  });
  return app;
}

function assertAuthenticator(org: Org, body: Json, key: string): void {
  const id = requiredText('authenticatorId', body.authenticatorId);
  const row = org.store.authenticators.get(id);
  if (!row) throw notFound(id, 'Authenticator');
  if (row.key !== key) throw invalid('authenticatorId', `authenticatorId: must be the ${key} authenticator.`);
  if (row.status !== 'ACTIVE') throw invalid('authenticatorId', 'authenticatorId: The authenticator is not active.');
}

/** The password, then a row per factor; the two methods of one phone number are one enrolment. */
function enrollmentsOf(org: Org, user: UserEntity, baseUrl: string, disclosed: boolean): Enrollment[] {
  const groups = new Map<string, FactorEntity[]>();
  for (const factor of factorsOf(org, user)) {
    const key = authenticatorOf(factor.factorType, factor.provider) ?? factor.factorType;
    const group = `${key}/${factor.profile.phoneNumber ?? ''}`;
    groups.set(group, [...(groups.get(group) ?? []), factor]);
  }
  const password = user.passwordHash === undefined ? [] : [passwordEnrollment(org, user, baseUrl)];
  const rest = [...groups].flatMap(([group, factors]) => {
    const [first] = factors;
    return first ? [enrollment(org, user, { key: group.split('/')[0] ?? '', factors, first, disclosed }, baseUrl)] : [];
  });
  return [...password, ...rest];
}

function passwordEnrollment(org: Org, user: UserEntity, baseUrl: string): Enrollment {
  const id = `lae${user.id.slice(3)}`;
  const created = user.passwordChanged ?? user.created;
  return {
    id,
    factors: [],
    body: describe(org, user, 'okta_password', { id, created, lastUpdated: created }, baseUrl),
  };
}

interface Enrolled {
  /** Of the authenticator. */
  key: string;
  factors: FactorEntity[];
  first: FactorEntity;
  /** Whether a phone number is shown in full. */
  disclosed: boolean;
}

function enrollment(org: Org, user: UserEntity, enrolled: Enrolled, baseUrl: string): Enrollment {
  const { key, factors, first, disclosed } = enrolled;
  const status = factors.some((factor) => factor.status === 'ACTIVE') ? 'ACTIVE' : 'PENDING_ACTIVATION';
  const { id, created, lastUpdated } = first;
  const facts = { id, created, lastUpdated, status, ...profileOf(first, disclosed) };
  return { id, factors, body: describe(org, user, key, facts, baseUrl) };
}

/** Numbers are masked as recorded: `+1 XXX-XXX-6065`. */
function profileOf({ profile }: FactorEntity, disclosed: boolean): Json {
  const { phoneNumber } = profile;
  if (typeof phoneNumber === 'string') return { profile: { phoneNumber: disclosed ? phoneNumber : mask(phoneNumber) } };
  if (typeof profile.email === 'string') return { profile: { email: maskEmail(profile.email) } };
  return profile.question === undefined
    ? {}
    : { profile: { question: profile.question, questionText: profile.questionText } };
}

function mask(number: string): string {
  const country = number.startsWith('+1') ? '+1' : number.slice(0, 3);
  return `${country} XXX-XXX-${number.slice(-4)}`;
}

function describe(org: Org, user: UserEntity, key: string, facts: Json, baseUrl: string): Json {
  const authenticator = org.store.authenticators.values().find((row) => row.key === key);
  const self = `${baseUrl}/api/v1/users/${user.id}/authenticator-enrollments/${String(facts.id)}`;
  return {
    type: authenticator?.type ?? key,
    key,
    status: 'ACTIVE',
    name: authenticator?.name ?? key,
    ...facts,
    _links: {
      self: key === 'okta_password' ? link(self, 'GET') : link(self, 'GET', 'DELETE'),
      user: link(`${baseUrl}/api/v1/users/${user.id}`, 'GET'),
      authenticator: link(`${baseUrl}/api/v1/authenticators/${authenticator?.id ?? ''}`, 'GET'),
    },
  };
}

/**
 * A temporary access code: shown once, kept as a factor of its own until it runs out or another is issued. Lifetimes are
 * minutes (OpenAPI 2026.06.3). The sign-in pipeline does not take it yet.
 */
function issueCode(org: Org, user: UserEntity, profile: Json, baseUrl: string): Json {
  const settings = org.store.authenticators.find('key', 'tac')?.methods[0]?.settings ?? {};
  const ttl = integer(profile.ttl) ?? Number(settings.defaultTtl);
  const [min, max] = [Number(settings.minTtl), Number(settings.maxTtl)];
  if (ttl < min || ttl > max) throw invalid('ttl', `ttl: must be between ${min} and ${max}.`);
  for (const earlier of org.store.factors.findAll('userId', user.id)) {
    if (earlier.factorType === 'tac') org.store.factors.delete(earlier.id);
  }
  const tac = org.ids.opaque(16);
  const now = orgNow(org);
  const expiresAt = new Date(org.clock.now() + ttl * 60_000).toISOString();
  const multiUse = flag(profile.multiUse) ?? false;
  const row = org.store.factors.put({
    id: org.ids.next('tac'),
    userId: user.id,
    factorType: 'tac',
    provider: 'OKTA',
    vendorName: 'OKTA',
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    profile: { expiresAt, multiUse },
    secret: tac,
  });
  const facts = { id: row.id, created: now, lastUpdated: now, profile: { tac, expiresAt, multiUse } };
  return describe(org, user, 'tac', facts, baseUrl);
}
