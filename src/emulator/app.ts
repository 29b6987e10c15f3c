import { Hono } from 'hono';
import { controlRoutes } from './control/routes.ts';
import type { AppEnv } from './http/context.ts';
import { OktaError } from './http/okta-error.ts';
import { idxRoutes } from './idx/routes.ts';
import { managementRoutes } from './management/routes.ts';
import { oauthRoutes } from './oauth/routes.ts';
import type { Org } from './org.ts';

/** The org as one HTTP application: the four planes, each in its folder, over the same state. */
export function createApp(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set('baseUrl', new URL(c.req.url).origin);
    await next();
  });
  app.route('/', controlRoutes(org));
  app.route('/', managementRoutes(org));
  app.route('/', oauthRoutes(org));
  app.route('/', idxRoutes(org));
  app.notFound((c) => {
    const error = new OktaError(
      501,
      'E_EMULATOR_UNSUPPORTED',
      `The emulator does not support ${c.req.method} ${c.req.path}.`,
    );
    return c.json(error.body(errorId(org)), error.status);
  });
  app.onError((error, c) => {
    const known = error instanceof OktaError ? error : new OktaError(500, 'E0000009', 'Internal Server Error');
    return c.json(known.body(errorId(org)), known.status, known.headers);
  });
  return app;
}

function errorId(org: Org): string {
  return `oae${org.ids.opaque(22)}`;
}
