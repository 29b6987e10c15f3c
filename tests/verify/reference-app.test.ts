import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screenPage } from '../../src/verify/reference-app/pages.ts';
import { type ReferenceApp, startReferenceApp } from '../../src/verify/reference-app/server.ts';
import type { Screen } from '../../src/verify/screens.ts';

const base = { messages: [], remediations: [] };
const page = async (screen: Screen) => String(await screenPage(screen));

describe('the pages', () => {
  it('escape what comes from the org', async () => {
    const evil = '<img src=x onerror=alert(1)>"';
    const claims = { name: evil, [evil]: [evil] };
    const pages = await Promise.all([
      page({ ...base, kind: 'signed-in', claims }),
      page({ ...base, kind: 'choose-authenticator', options: [evil] }),
      page({ ...base, kind: 'unknown', name: evil }),
      page({ kind: 'refused', code: evil, remediations: [], messages: [{ text: evil, key: evil, level: 'error' }] }),
    ]);
    for (const html of pages) {
      expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;');
      expect(html).not.toContain('<img');
    }
  });

  it('have one heading, labels for their fields, and alerts for messages', async () => {
    const messages = [{ text: 'Authentication failed', level: 'error' as const }];
    const html = await page({ kind: 'identify', withPassword: true, remediations: [], messages });
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).toContain('<label for="username">Username</label>');
    expect(html).toContain('<label for="password">Password</label>');
    expect(html).toMatch(/<p role="alert"[^>]*>Authentication failed<\/p>/);
  });

  it('say where a code went, and how', async () => {
    const screen = { ...base, kind: 'enter-code' as const, authenticator: 'phone', canResend: true, others: [] };
    const text = async (shown: Screen) => (await page(shown)).replace(/<[^>]+>/g, '');
    expect(await text({ ...screen, recipient: '+1 XXX-XXX-0132', channel: 'sms' })).toContain(
      'We sent a code to +1 XXX-XXX-0132 by text message.',
    );
    expect(await text({ ...screen, recipient: '+1 XXX-XXX-0132', channel: 'voice' })).toContain(
      'We’re calling +1 XXX-XXX-0132 with a code.',
    );
    expect(await text(screen)).toContain('We sent a code.');
  });
});

/** `fetch` does not let a caller choose the Host header. */
function statusWithHost(hostname: string, port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ hostname, port, path: '/', headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject);
  });
}

describe('the server, with an org that does not answer', () => {
  let app: ReferenceApp;

  beforeAll(async () => {
    app = await startReferenceApp({
      issuer: 'http://127.0.0.1:9/oauth2/default',
      clientId: '0oa1',
      clientSecret: 'secret',
      redirectUri: 'http://localhost:8080/login/callback',
      scopes: ['openid'],
    });
  });
  afterAll(() => app.stop());

  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(app.url + path, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form), headers });

  it('shows an error page, and goes on serving', async () => {
    const answer = await post('/sign-in/identify', { username: 'mary', password: 'x' });
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('data-screen="error"');
    const again = await fetch(`${app.url}/`);
    expect(again.status).toBe(200);
    expect(await again.text()).toContain('data-screen="identify"');
  });

  it('refuses forms from other sites and forms that are not complete', async () => {
    const foreign = await post('/sign-in/identify', { username: 'mary' }, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    const { hostname, port } = new URL(app.url);
    expect(await statusWithHost(hostname, Number(port), 'rebound.example')).toBe(403);
    expect((await post('/sign-in/identify', {}, { origin: app.url })).status).toBe(400);
    expect((await post('/sign-in/choose-phone-method', { method: 'fax' })).status).toBe(400);
    expect((await post('/sign-in/no-such-action', {})).status).toBe(400);
  });

  it('shows the sign-in page to whoever is not signed in, and 404 for what is not there', async () => {
    const profile = await fetch(`${app.url}/profile`, { redirect: 'manual' });
    expect([profile.status, profile.headers.get('location')]).toEqual([303, '/sign-in']);
    expect((await fetch(`${app.url}/wp-admin`)).status).toBe(404);
  });

  it('lets nothing run or load from elsewhere, and nothing be cached', async () => {
    const { headers } = await fetch(`${app.url}/sign-in`);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('acts on a sign-in only in its own session', async () => {
    const answer = await post('/sign-in/enter-code', { code: '123456' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in']);
    const forged = await fetch(`${app.url}/profile`, { redirect: 'manual', headers: { cookie: 'orgproof_session=x' } });
    expect(forged.headers.get('location')).toBe('/sign-in');
  });
});
