/**
 * Who may steer the emulator and see what is in it. Without a token on loopback, hence nothing that a web page or a rebound
 * DNS name could have caused; beyond loopback whoever has the admin API token.
 */
import type { MiddlewareHandler } from 'hono';
import { isAdminToken } from '../http/auth.ts';
import { isLoopbackHost } from '../http/base-url.ts';
import type { AppContext, AppEnv } from '../http/context.ts';
import { OktaError } from '../http/okta-error.ts';
import type { Org } from '../org.ts';

export function guard(org: Org): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    // A page in a browser sends an Origin or says that it is another site; a rebound name is in the Host.
    const origin = c.req.header('Origin');
    if ((origin !== undefined && origin !== c.get('baseUrl')) || isOtherSite(c)) {
      throw refused(403, 'The control plane refuses requests from other origins.');
    }
    if (org.controlNeedsToken) demandToken(org, c);
    else if (!isLoopbackHost(c.req.header('Host'))) {
      throw refused(403, 'The control plane answers to loopback names only.');
    }
    await next();
  };
}

export function refused(status: 400 | 401 | 403 | 404, text: string, headers: Record<string, string> = {}): OktaError {
  return new OktaError(status, 'E_EMULATOR_CONTROL', text, [], headers);
}

/** Browsers leave the Origin out of reads that the page cannot see the answer of. */
function isOtherSite(c: AppContext): boolean {
  const site = c.req.header('Sec-Fetch-Site');
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** `SSWS token`, or the token as the password of any user, which is how a browser can send it. */
function demandToken(org: Org, c: AppContext): void {
  const [scheme = '', credential = ''] = (c.req.header('Authorization') ?? '').split(/\s+/, 2);
  const token = scheme.toLowerCase() === 'basic' ? passwordOf(credential) : credential;
  const known = scheme.toLowerCase() === 'ssws' || scheme.toLowerCase() === 'basic';
  if (known && isAdminToken(org, token)) return;
  throw refused(401, 'Beyond loopback the control plane needs the admin API token.', {
    'WWW-Authenticate': 'Basic realm="orgproof emulator: the password is the API token", charset="UTF-8"',
  });
}

function passwordOf(credential: string): string {
  const pair = Buffer.from(credential, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}
