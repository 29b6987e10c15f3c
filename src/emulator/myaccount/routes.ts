/** `/idp/myaccount/*`: what users do with their own accounts, by their own access tokens. */
import { Hono } from 'hono';
import { type AppContext, type AppEnv, readJson } from '../http/context.ts';
import { link } from '../http/links.ts';
import { record, text } from '../management/input.ts';
import type { Org } from '../org.ts';
import { type AccountPart, callerOf } from './access.ts';
import {
  addEmail,
  challengeEmail,
  deleteEmail,
  emailsOf,
  findChallenge,
  findEmail,
  renderChallenge,
  renderEmail,
  verifyEmail,
} from './emails.ts';
import { deletePassword, enrollPassword, renderPassword, replacePassword } from './password.ts';
import {
  addPhone,
  challengePhone,
  deletePhone,
  findPhone,
  phonesOf,
  phoneUrl,
  renderPhone,
  verifyPhone,
} from './phones.ts';
import { renderProfile, renderProfileSchema, replaceProfile } from './profile.ts';

const BASE = '/idp/myaccount';

export function myAccountRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const caller = (c: AppContext, part: AccountPart) => callerOf(c, org, part);

  app.get(`${BASE}/profile`, async (c) => c.json(renderProfile(org, await caller(c, 'profile'), c.get('baseUrl'))));
  app.put(`${BASE}/profile`, async (c) => {
    const user = await caller(c, 'profile');
    const changed = await replaceProfile(org, user, record((await readJson(c)).profile) ?? {});
    return c.json(renderProfile(org, changed, c.get('baseUrl')));
  });
  app.get(`${BASE}/profile/schema`, async (c) =>
    c.json(renderProfileSchema(org, await caller(c, 'profile'), c.get('baseUrl'))),
  );
  app.get(`${BASE}/password`, async (c) => c.json(renderPassword(await caller(c, 'password'), c.get('baseUrl'))));
  app.post(`${BASE}/password`, async (c) => {
    const changed = await enrollPassword(org, await caller(c, 'password'), await readJson(c));
    return c.json(renderPassword(changed, c.get('baseUrl')), 201);
  });
  app.put(`${BASE}/password`, async (c) => {
    const changed = await replacePassword(org, await caller(c, 'password'), await readJson(c));
    return c.json(renderPassword(changed, c.get('baseUrl')), 201);
  });
  app.delete(`${BASE}/password`, async (c) => {
    deletePassword(org, await caller(c, 'password'));
    return c.body(null, 204);
  });
  return app.route('/', emailRoutes(org)).route('/', phoneRoutes(org));
}

function emailRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const emails = `${BASE}/emails`;
  const found = async (c: AppContext) => {
    const user = await callerOf(c, org, 'email');
    return { user, email: findEmail(org, user, c.req.param('id') ?? '') };
  };
  const challenged = async (c: AppContext) => {
    const user = await callerOf(c, org, 'email');
    const challenge = findChallenge(org, user, c.req.param('id') ?? '', c.req.param('challengeId') ?? '');
    return { user, challenge };
  };

  app.get(emails, async (c) => {
    const user = await callerOf(c, org, 'email');
    return c.json(emailsOf(org, user).map((email) => renderEmail(org, email, c.get('baseUrl'))));
  });
  app.post(emails, async (c) => {
    const user = await callerOf(c, org, 'email');
    return c.json(renderEmail(org, await addEmail(org, user, await readJson(c)), c.get('baseUrl')), 201);
  });
  app.get(`${emails}/:id`, async (c) => c.json(renderEmail(org, (await found(c)).email, c.get('baseUrl'))));
  app.delete(`${emails}/:id`, async (c) => {
    deleteEmail(org, (await found(c)).email);
    return c.body(null, 204);
  });
  app.post(`${emails}/:id/challenge`, async (c) => {
    const { user, email } = await found(c);
    return c.json(renderChallenge(org, user, await challengeEmail(org, email), c.get('baseUrl')), 201);
  });
  app.get(`${emails}/:id/challenge/:challengeId`, async (c) => {
    const { user, challenge } = await challenged(c);
    return c.json(renderChallenge(org, user, challenge, c.get('baseUrl')));
  });
  app.post(`${emails}/:id/challenge/:challengeId/verify`, async (c) => {
    const { user, challenge } = await challenged(c);
    await verifyEmail(org, user, challenge, text((await readJson(c)).verificationCode) ?? '');
    return c.body(null, 200);
  });
  return app;
}

function phoneRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const phones = `${BASE}/phones`;
  const found = async (c: AppContext) => {
    const user = await callerOf(c, org, 'phone');
    return { user, phone: findPhone(org, user, c.req.param('id') ?? '') };
  };

  app.get(phones, async (c) => {
    const user = await callerOf(c, org, 'phone');
    return c.json(phonesOf(org, user).map((phone) => renderPhone(phone, c.get('baseUrl'))));
  });
  app.post(phones, async (c) => {
    const phone = await addPhone(org, await callerOf(c, org, 'phone'), await readJson(c));
    c.header('Location', phoneUrl(phone, c.get('baseUrl')));
    return c.json(renderPhone(phone, c.get('baseUrl')), 201);
  });
  app.get(`${phones}/:id`, async (c) => c.json(renderPhone((await found(c)).phone, c.get('baseUrl'))));
  app.delete(`${phones}/:id`, async (c) => {
    deletePhone(org, (await found(c)).phone);
    return c.body(null, 204);
  });
  app.post(`${phones}/:id/challenge`, async (c) => {
    const { user, phone } = await found(c);
    await challengePhone(org, user, phone, await readJson(c));
    return c.json({ _links: { verify: link(`${phoneUrl(phone, c.get('baseUrl'))}/verify`, 'POST') } });
  });
  app.post(`${phones}/:id/verify`, async (c) => {
    const { phone } = await found(c);
    verifyPhone(org, phone, text((await readJson(c)).verificationCode) ?? '');
    return c.body(null, 204);
  });
  return app;
}
