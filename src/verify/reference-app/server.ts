/**
 * The reference app: what a developer has who followed Okta's guide "Sign in with password and phone" to its end, and
 * cared. Server-side okta-auth-js in the guide's own calls; tokens stay on the server, the browser holds a session
 * cookie and nothing else. It serves loopback only.
 */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Tokens } from '@okta/okta-auth-js';
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { guideScreen } from '../drivers/guide.ts';
import { type AppSettings, createIdxClient, type IdxClient } from '../idx/client.ts';
import type { Screen, TranscriptEntry } from '../screens.ts';
import { actionOf } from './actions.ts';
import { errorPage, screenPage } from './pages.ts';
import { STYLES } from './styles.ts';

export interface ReferenceApp {
  /** `http://127.0.0.1:{port}` */
  readonly url: string;
  /** What the app exchanged with the org, over all its sessions, oldest first. */
  transcript(): TranscriptEntry[];
  stop(): Promise<void>;
}

interface Session {
  client: IdxClient;
  screen: Screen;
  /** Once signed in; they never leave the server. */
  tokens?: Tokens;
  startedAt: number;
}

const COOKIE = 'orgproof_session';
const SESSION_LIFETIME_MS = 60 * 60 * 1000;
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
const CONTENT_POLICY =
  "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const SIGN_IN: Screen = { kind: 'identify', withPassword: true, messages: [], remediations: [] };

/** Starts the app on a free port (or the one given), for the OIDC app that `settings` describe. */
export async function startReferenceApp(settings: AppSettings, options: { port?: number } = {}): Promise<ReferenceApp> {
  const transcripts: TranscriptEntry[][] = [];
  const app = routes(settings, (client) => transcripts.push(client.transcript));
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    transcript: () => transcripts.flat(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function routes(settings: AppSettings, onClient: (client: IdxClient) => void): Hono {
  const sessions = new Map<string, Session>();
  const app = new Hono();
  const sessionOf = (c: Context) => sessions.get(getCookie(c, COOKIE) ?? '');

  app.use(async (c, next) => {
    await next();
    c.header('Content-Security-Policy', CONTENT_POLICY);
    c.header('Cache-Control', 'no-store');
    c.header('Referrer-Policy', 'same-origin');
    c.header('X-Content-Type-Options', 'nosniff');
  });
  app.use(async (c, next) => {
    // Another name for this machine is a page elsewhere that had its name rebound.
    if (!LOOPBACK_HOST.test(c.req.header('host') ?? '')) return c.text('This app is served to this machine only.', 403);
    // A page elsewhere must not be able to post to a sign-in under way here.
    const origin = c.req.header('origin');
    if (c.req.method === 'POST' && origin !== undefined && origin !== `http://${c.req.header('host')}`) {
      return c.html(errorPage('This form was sent from another site.'), 403);
    }
    return next();
  });
  app.get('/styles.css', (c) => c.body(STYLES, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  app.get('/', (c) => c.redirect('/sign-in', 303));
  app.get('/sign-in', (c) => {
    const screen = sessionOf(c)?.screen ?? SIGN_IN;
    return screen.kind === 'signed-in' ? c.redirect('/profile', 303) : c.html(screenPage(screen));
  });
  app.get('/profile', (c) => {
    const screen = sessionOf(c)?.screen;
    return screen?.kind === 'signed-in' ? c.html(screenPage(screen)) : c.redirect('/sign-in', 303);
  });
  app.post('/sign-in/:action', async (c) => {
    const action = actionOf(c.req.param('action'), await c.req.formData());
    if (action === undefined) return c.html(errorPage('This form is not complete.'), 400);
    let session = sessionOf(c);
    if (action.do === 'identify') {
      // Each attempt from the first page is a transaction of its own, as in the guide.
      session = await openSession(c, settings, sessions);
      onClient(session.client);
    }
    if (session === undefined) return c.redirect('/sign-in', 303);
    const { client } = session;
    session.screen = await guideScreen(client.auth, settings, action, (tokens) => {
      session.tokens = tokens;
    });
    return c.redirect('/sign-in', 303);
  });
  app.post('/start-over', (c) => closeSession(c, sessions));
  app.post('/sign-out', async (c) => {
    const session = sessionOf(c);
    await session?.client.auth.revokeAccessToken(session.tokens?.accessToken);
    return closeSession(c, sessions);
  });
  app.notFound((c) => c.html(errorPage('There is no such page.'), 404));
  app.onError((error, c) => c.html(errorPage(error.message), 500));
  return app;
}

/** A new session under a new cookie; an earlier one of the same browser ends. */
async function openSession(c: Context, settings: AppSettings, sessions: Map<string, Session>): Promise<Session> {
  const now = Date.now();
  for (const [id, session] of sessions) {
    if (now - session.startedAt > SESSION_LIFETIME_MS) sessions.delete(id);
  }
  sessions.delete(getCookie(c, COOKIE) ?? '');
  const session = { client: await createIdxClient(settings, true), screen: SIGN_IN, startedAt: now };
  const id = randomBytes(32).toString('base64url');
  sessions.set(id, session);
  setCookie(c, COOKIE, id, { httpOnly: true, sameSite: 'Lax', path: '/' });
  return session;
}

function closeSession(c: Context, sessions: Map<string, Session>): Response {
  sessions.delete(getCookie(c, COOKIE) ?? '');
  return c.redirect('/sign-in', 303);
}
