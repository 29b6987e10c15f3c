import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findApp } from '../../src/verify/app-lookup.ts';
import { type ReferenceApp, startReferenceApp } from '../../src/verify/reference-app/server.ts';
import { APP, type GuideOrg, MARY, startGuideOrg } from '../support/guide-org.ts';

let org: GuideOrg;
let app: ReferenceApp;

beforeAll(async () => {
  org = await startGuideOrg();
  const found = await findApp(org.api, APP);
  if (found === undefined) throw new Error('no app');
  app = await startReferenceApp(found.settings);
});
afterAll(async () => {
  await app.stop();
  await org.stop();
});

/** A browser without a script: keeps the cookie and follows the redirect. */
function visitor() {
  let cookie = '';
  const open = async (path: string, form?: Record<string, string>): Promise<{ url: string; html: string }> => {
    const answer = await fetch(app.url + path, {
      redirect: 'manual',
      headers: cookie === '' ? {} : { cookie },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    const location = answer.headers.get('location');
    return location === null ? { url: path, html: await answer.text() } : open(location);
  };
  return open;
}

const screen = (html: string) => /data-screen="([^"]+)"/.exec(html)?.[1];

async function code(): Promise<string> {
  const answer = await fetch(`${org.url}/_emulator/messages?channel=sms`);
  const { messages } = (await answer.json()) as { messages: { code: string }[] };
  return messages.at(-1)?.code ?? '';
}

async function signIn(open: ReturnType<typeof visitor>) {
  await open('/sign-in/identify', { username: MARY.login, password: MARY.password });
  await open('/sign-in/choose-phone-method', { method: 'sms' });
  return open('/sign-in/enter-code', { code: await code() });
}

describe('a person at the reference app', () => {
  it('signs in by the guide’s screens, sees the claims and never a token, and signs out', async () => {
    const open = visitor();
    expect(screen((await open('/')).html)).toBe('identify');
    const phone = await open('/sign-in/identify', { username: MARY.login, password: MARY.password });
    expect(screen(phone.html)).toBe('choose-phone-method');
    expect(phone.html).toContain('<span class="number">+1 XXX-XXX-0132</span>');
    expect(screen((await open('/sign-in/choose-phone-method', { method: 'sms' })).html)).toBe('enter-code');
    const profile = await open('/sign-in/enter-code', { code: await code() });
    expect(profile.url).toBe('/profile');
    expect(profile.html).toContain('<h1>Signed in as Mary Major</h1>');
    expect(profile.html).not.toMatch(/eyJ[\w-]{8,}/);

    expect(screen((await open('/sign-out', {})).html)).toBe('identify');
    expect(screen((await open('/profile')).html)).toBe('identify');
    expect(app.transcript().at(-1)).toMatchObject({ path: '/oauth2/default/v1/revoke', status: 200 });
  });

  it('stays on the screen with Okta’s message when the password or the code is wrong', async () => {
    const open = visitor();
    const refused = await open('/sign-in/identify', { username: MARY.login, password: 'not-hers' });
    expect(screen(refused.html)).toBe('identify');
    expect(refused.html).toContain('>Authentication failed</p>');
    await open('/sign-in/identify', { username: MARY.login, password: MARY.password });
    await open('/sign-in/choose-phone-method', { method: 'sms' });
    const wrong = await open('/sign-in/enter-code', { code: '1' });
    expect(screen(wrong.html)).toBe('enter-code');
    expect(wrong.html).toContain('>Invalid code. Try again.</p>');
    expect(screen((await open('/start-over', {})).html)).toBe('identify');
  });

  it('shares nothing with another person', async () => {
    const mary = visitor();
    expect((await signIn(mary)).url).toBe('/profile');
    expect(screen((await visitor()('/profile')).html)).toBe('identify');
  });
});
