/** A web page of a foreign origin with Okta's Sign-In Widget, unmodified, embedded with the Interaction Code grant. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import type { WidgetOptions } from '@okta/okta-signin-widget';
import type { SignInOrg } from './sign-in-org.ts';

/** Generation 2 is what `okta-sign-in.min.js` holds, generation 3 `okta-sign-in.next.js`. */
export type Generation = 'gen2' | 'gen3';

const DIST = join(dirname(createRequire(import.meta.url).resolve('@okta/okta-signin-widget/package.json')), 'dist');
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.png': 'image/png' };

export interface WidgetPage {
  /** Another origin than the org's: same host, another port. */
  readonly origin: string;
  url(generation: Generation): string;
  stop(): Promise<void>;
}

/**
 * Serves the page on a free loopback port; `config` is read at each load, so that it can be set afterwards. Pages of
 * `localhost` may ask for security keys, those of an address may not.
 */
export async function serveWidget(config: () => WidgetOptions, host = '127.0.0.1'): Promise<WidgetPage> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    const body = path.startsWith('/dist/') ? readFile(join(DIST, normalize(path.slice(5)))) : page(path, config());
    Promise.resolve(body).then(
      (content) => response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/html' }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    url: (generation) => `${origin}/${generation}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Tokens, or the error, end up in the text of `#result`. What the link of an email adds to the address goes to the widget. */
function page(path: string, config: WidgetOptions): string {
  const next = path === '/gen3';
  const script = next ? 'okta-sign-in.next.js' : 'okta-sign-in.min.js';
  const styles = next ? 'okta-sign-in.next.css' : 'okta-sign-in.min.css';
  const options = { el: '#widget', ...config, ...(next ? { authScheme: 'OAUTH2' } : {}) };
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>An app</title>
<link rel="stylesheet" href="/dist/css/${styles}"><script src="/dist/js/${script}"></script></head>
<body><div id="widget"></div><pre id="result"></pre><script>
const { otp, state } = Object.fromEntries(new URLSearchParams(location.search));
const show = (value) => { document.querySelector('#result').textContent = JSON.stringify(value); };
new OktaSignIn({ ...${JSON.stringify(options)}, ...(otp ? { otp, state } : {}) }).showSignInToGetTokens().then(
  (tokens) => show({ claims: tokens.idToken.claims, scopes: tokens.accessToken.scopes }),
  (error) => show({ error: String(error) }),
);
</script></body></html>`;
}

/** Registers the page's origin, and a public app that it signs in to. */
export async function appForPage(org: SignInOrg, origin: string): Promise<WidgetOptions> {
  await org.api('POST', '/api/v1/trustedOrigins', {
    name: 'Page with the widget',
    origin,
    scopes: [{ type: 'CORS' }, { type: 'REDIRECT' }],
  });
  const app = await org.createApp({
    label: 'Widget app',
    oauthClient: { token_endpoint_auth_method: 'none' },
    settings: { application_type: 'browser', redirect_uris: [`${origin}/callback`] },
  });
  return {
    issuer: org.issuer,
    clientId: app.id,
    redirectUri: `${origin}/callback`,
    scopes: ['openid', 'profile', 'email'],
  };
}
