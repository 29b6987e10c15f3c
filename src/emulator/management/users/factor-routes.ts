/** `/api/v1/users/{id}/factors`. */
import { Hono } from 'hono';
import type { UserFactor } from '../../../wire/directory.ts';
import { type AppContext, type AppEnv, readJson } from '../../http/context.ts';
import { link } from '../../http/links.ts';
import type { Org } from '../../org.ts';
import type { FactorEntity } from '../../store/entities.ts';
import { SECURITY_QUESTIONS } from '../../store/security-questions.ts';
import { TOTP_STEP_SECONDS } from '../../store/totp.ts';
import { text } from '../input.ts';
import {
  activateFactor,
  assertVerifiable,
  catalogOf,
  challengeFactor,
  enrolFactor,
  factorsOf,
  findFactor,
  removeFactor,
  replaceQuestion,
  verifyFactor,
} from './factors.ts';
import { activateKey, challengeKey, renderKeyActivation, verifyKey } from './key-factors.ts';
import { findPushTransaction, pollActivation, renderActivation, renderPush, sendPush } from './push-factors.ts';
import { userOf } from './users.ts';

const BASE = '/api/v1/users/:userId/factors';

/** How long a code is to live, where the caller says so. */
function lifetime(c: AppContext): { lifetimeSeconds?: number } {
  const seconds = Number(c.req.query('tokenLifetimeSeconds'));
  return Number.isInteger(seconds) && seconds > 0 ? { lifetimeSeconds: seconds } : {};
}

export function factorRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const factor = (c: AppContext) => findFactor(org, userOf(org, c), c.req.param('factorId') ?? '');

  app.get(BASE, (c) => c.json(factorsOf(org, userOf(org, c)).map((row) => render(org, row, c.get('baseUrl')))));
  app.post(BASE, async (c) => {
    const row = await enrolFactor(org, userOf(org, c), await readJson(c), {
      activate: c.req.query('activate') === 'true',
      updatePhone: c.req.query('updatePhone') === 'true',
      ...lifetime(c),
    });
    return c.json(render(org, row, c.get('baseUrl')));
  });
  // Before `:factorId`, which would take their names for ids.
  app.route('/', catalogRoutes(org));
  app.put(`${BASE}/:factorId`, async (c) => {
    return c.json(render(org, await replaceQuestion(org, factor(c), await readJson(c)), c.get('baseUrl')));
  });
  app.get(`${BASE}/:factorId`, (c) => c.json(render(org, factor(c), c.get('baseUrl'))));
  app.delete(`${BASE}/:factorId`, (c) => {
    removeFactor(org, factor(c));
    return c.body(null, 204);
  });
  return app.route('/', proofRoutes(org));
}

/** A factor is activated and verified by what the user knows, gets, makes or has. */
function proofRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const factor = (c: AppContext) => findFactor(org, userOf(org, c), c.req.param('factorId') ?? '');
  app.post(`${BASE}/:factorId/lifecycle/activate`, async (c) => {
    const row = factor(c);
    const waiting = row.factorType === 'push' ? pollActivation(org, row) : undefined;
    if (waiting) return c.json(waiting);
    if (row.factorType === 'push') return c.json(render(org, row, c.get('baseUrl')));
    if (row.factorType === 'webauthn' && row.status !== 'ACTIVE') {
      return c.json(render(org, activateKey(org, row, await readJson(c)), c.get('baseUrl')));
    }
    return c.json(render(org, await activateFactor(org, row, await readJson(c)), c.get('baseUrl')));
  });
  app.post(`${BASE}/:factorId/resend`, async (c) => {
    const row = factor(c);
    await challengeFactor(org, row, lifetime(c).lifetimeSeconds);
    return c.json(render(org, row, c.get('baseUrl')));
  });
  app.post(`${BASE}/:factorId/verify`, async (c) => {
    const row = factor(c);
    const body = await readJson(c);
    assertVerifiable(org, row);
    if (row.factorType === 'push') {
      return c.json(renderPush(org, row, sendPush(org, row, body), selfOf(row, c.get('baseUrl'))), 201);
    }
    if (row.factorType === 'webauthn') {
      if (text(body.clientData) === undefined) return c.json(challengeKey(org, row, selfOf(row, c.get('baseUrl'))));
      verifyKey(org, row, body);
      return c.json({ factorResult: 'SUCCESS' });
    }
    if (text(body.passCode) !== undefined || text(body.answer) !== undefined) {
      await verifyFactor(org, row, body);
      return c.json({ factorResult: 'SUCCESS' });
    }
    await challengeFactor(org, row, lifetime(c).lifetimeSeconds);
    const self = selfOf(row, c.get('baseUrl'));
    return c.json({
      factorResult: 'CHALLENGE',
      _links: { verify: link(`${self}/verify`, 'POST'), factor: link(self, 'GET', 'DELETE') },
    });
  });
  app.get(`${BASE}/:factorId/transactions/:transactionId`, (c) => {
    const row = factor(c);
    const transaction = findPushTransaction(org, row, c.req.param('transactionId'));
    return c.json(renderPush(org, row, transaction, selfOf(row, c.get('baseUrl'))));
  });
  return app;
}

/** What a user may enrol, and which security questions there are. */
function catalogRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.get(`${BASE}/catalog`, (c) => {
    const user = userOf(org, c);
    const enroll = link(`${c.get('baseUrl')}/api/v1/users/${user.id}/factors`, 'POST');
    const questions = link(`${c.get('baseUrl')}/api/v1/users/${user.id}/factors/questions`, 'GET');
    return c.json(
      catalogOf(org, user).map(({ kind, enrolled, level }) => ({
        factorType: kind.factorType,
        provider: kind.provider,
        vendorName: kind.provider,
        status: enrolled ? 'ACTIVE' : 'NOT_SETUP',
        enrollment: level,
        _links: { ...(kind.factorType === 'question' ? { questions } : {}), enroll },
      })),
    );
  });
  app.get(`${BASE}/questions`, (c) => {
    userOf(org, c);
    return c.json(SECURITY_QUESTIONS);
  });
  return app;
}

function selfOf(row: FactorEntity, baseUrl: string): string {
  return `${baseUrl}/api/v1/users/${row.userId}/factors/${row.id}`;
}

/** Of a question the secret is an answer, and its link is to the others; a pending TOTP shows its shared secret (documented). */
function render(org: Org, row: FactorEntity, baseUrl: string): UserFactor {
  const {
    userId,
    secret,
    lastInterval: _interval,
    activation: _activation,
    credential: _credential,
    challenge: _challenge,
    ...factor
  } = row;
  const self = selfOf(row, baseUrl);
  const user = link(`${baseUrl}/api/v1/users/${userId}`, 'GET');
  if (row.factorType === 'question') {
    const questions = link(`${baseUrl}/api/v1/users/${userId}/factors/questions`, 'GET');
    return { ...factor, _links: { questions, self: link(self, 'GET', 'DELETE'), user } };
  }
  if (row.status === 'ACTIVE') {
    return { ...factor, _links: { verify: link(`${self}/verify`, 'POST'), self: link(self, 'GET', 'DELETE'), user } };
  }
  const activate = link(`${self}/lifecycle/activate`, 'POST');
  if (row.factorType === 'push') {
    const links = { activate, poll: activate, self: link(self, 'GET'), user };
    return { ...factor, _links: links, _embedded: { activation: renderActivation(org, row) } };
  }
  if (row.factorType === 'webauthn') {
    const links = { activate, self: link(self, 'GET'), user };
    return { ...factor, _links: links, _embedded: { activation: renderKeyActivation(org, row) } };
  }
  if (row.factorType === 'token:software:totp') {
    const activation = {
      timeStep: TOTP_STEP_SECONDS,
      sharedSecret: secret,
      encoding: 'base32',
      keyLength: secret?.length,
    };
    return { ...factor, _links: { activate, self: link(self, 'GET'), user }, _embedded: { activation } };
  }
  const resend = [{ name: row.factorType, ...link(`${self}/resend`, 'POST') }];
  return { ...factor, _links: { activate, resend, self: link(self, 'GET'), user } };
}
