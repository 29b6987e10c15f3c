/** The OAuth 2.0 and OpenID Connect endpoints of the org authorization server and of the custom ones. */
import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/context.ts';
import { notFound } from '../http/okta-error.ts';
import type { Org } from '../org.ts';
import { answerAuthorize } from './authorize.ts';
import { discoveryDocument, keySet, orgOAuthDocument } from './discovery.ts';
import { answerInteract } from './interact.ts';
import { answerLogout } from './logout.ts';
import { oauthAnswer } from './oauth-error.ts';
import { serverAt, type TokenServer } from './servers.ts';
import { answerToken } from './token-endpoint.ts';
import { answerIntrospect, answerRevoke, answerUserinfo } from './token-services.ts';

type Endpoint = (c: AppContext, org: Org, server: TokenServer) => Promise<Response>;

const token: Endpoint = async (c, org, server) => {
  const answer = await answerToken(c, org, server);
  c.header('Cache-Control', 'no-cache, no-store');
  c.header('Pragma', 'no-cache');
  return c.json(answer);
};

export function oauthRoutes(org: Org): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const discovery: Endpoint = async (c, _org, server) => c.json(discoveryDocument(org, server, c.get('baseUrl')));
  const at = (endpoint: Endpoint) => (c: AppContext) => {
    const segment = c.req.param('server');
    const server = serverAt(org, segment);
    if (!server) throw notFound(segment ?? '', 'AuthorizationServer');
    return oauthAnswer(c, org, () => endpoint(c, org, server));
  };
  routes.get('/.well-known/oauth-authorization-server', (c) => c.json(orgOAuthDocument(c.get('baseUrl'))));
  routes.get('/.well-known/openid-configuration', at(discovery));
  for (const name of ['openid-configuration', 'oauth-authorization-server']) {
    routes.get(`/oauth2/:server/.well-known/${name}`, at(discovery));
  }
  for (const path of ['/oauth2/v1', '/oauth2/:server/v1']) {
    routes.get(`${path}/keys`, at(keySet));
    routes.post(`${path}/interact`, at(answerInteract));
    routes.post(`${path}/token`, at(token));
    routes.on(['GET', 'POST'], `${path}/userinfo`, at(answerUserinfo));
    routes.post(`${path}/introspect`, at(answerIntrospect));
    routes.post(`${path}/revoke`, at(answerRevoke));
    routes.get(`${path}/logout`, at(answerLogout));
    routes.on(['GET', 'POST'], `${path}/authorize`, at(answerAuthorize));
  }
  return routes;
}
