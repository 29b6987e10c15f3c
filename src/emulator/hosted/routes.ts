/** What a browser opens besides the pipeline: files of the hosted sign-in page, the redirect that ends it, the link of Okta Verify. */
import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/context.ts';
import { notFound } from '../http/okta-error.ts';
import { endTransaction, findByStateHandle } from '../idx/transaction.ts';
import type { Org } from '../org.ts';
import { SIGN_IN_ASSETS } from './assets.ts';
import { answerApp } from './authorize-answer.ts';
import { openEmailLink } from './email-link.ts';
import { errorPage, sendPage } from './pages.ts';
import { widgetFile } from './widget-files.ts';

const WIDGET_PATH = '/assets/js/sdk/okta-signin-widget/';

export function hostedRoutes(org: Org): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/login/token/redirect', (c) => finish(c, org));
  routes.get('/email/verify/:client', (c) => openEmailLink(c, org));
  routes.get('/assets/sign-in/:file', (c) => {
    const name = c.req.param('file');
    const asset = Object.hasOwn(SIGN_IN_ASSETS, name) ? SIGN_IN_ASSETS[name] : undefined;
    if (!asset) throw notFound(name, 'Asset');
    return c.body(asset.text, 200, { 'Content-Type': asset.type });
  });
  // what `setupUrl` makes: a phone would open it, a person who does is told how the emulator plays the phone
  routes.get('/okta-verify/setup/:token', (c) =>
    c.text('To set up Okta Verify here, send {"url": "<this URL>"} to POST /_emulator/okta-verify.\n'),
  );
  routes.get(`${WIDGET_PATH}:folder/:file{.+}`, async (c) => {
    const path = `${c.req.param('folder')}/${c.req.param('file')}`;
    const file = await widgetFile(path);
    if (!file) throw notFound(path, 'Asset');
    return c.body(new Uint8Array(file.content), 200, { 'Content-Type': file.type, 'Cache-Control': 'max-age=86400' });
  });
  return routes;
}

/** The browser comes for what the sign-in gave: once, and only when it was finished. */
function finish(c: AppContext, org: Org): Response | Promise<Response> {
  const transaction = findByStateHandle(org, c.req.query('stateToken') ?? '');
  const code = transaction?.hosted?.code;
  if (!transaction?.hosted || code === undefined) {
    return sendPage(c, errorPage('invalid_request', 'The sign-in is over, or was not finished.'), { status: 400 });
  }
  endTransaction(org, transaction);
  const { redirectUri, state, hosted } = transaction;
  const answer = { redirectUri, responseMode: hosted.responseMode, ...(state === undefined ? {} : { state }) };
  return answerApp(c, answer, { code });
}
