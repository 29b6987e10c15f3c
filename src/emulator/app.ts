import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { contextStorage } from 'hono/context-storage';
import { rememberExchanges } from './console/exchanges.ts';
import { consoleRoutes } from './console/routes.ts';
import { controlRoutes } from './control/routes.ts';
import { hostedRoutes } from './hosted/routes.ts';
import { answers, baseUrl } from './http/answers.ts';
import type { AppContext, AppEnv } from './http/context.ts';
import { cors } from './http/cors.ts';
import { faults } from './http/faults.ts';
import { OktaError } from './http/okta-error.ts';
import { unknownRoute } from './http/unknown-route.ts';
import { idxRoutes } from './idx/routes.ts';
import { managementRoutes } from './management/routes.ts';
import { myAccountRoutes } from './myaccount/routes.ts';
import { oauthRoutes } from './oauth/routes.ts';
import type { Org } from './org.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * The org as one HTTP application: four planes, each in its folder, over the same state. The order of the middlewares
 * matters: the control plane comes first, so that faults, CORS and the request log are none of its business.
 */
export function createApp(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(contextStorage());
  app.use(baseUrl(org));
  // Before the limit: a snapshot of a large org is larger than what clients may send.
  app.route('/', consoleRoutes(org));
  app.route('/', controlRoutes(org));
  app.use(rememberExchanges(org));
  app.use(limitBody);
  app.use(answers(org));
  app.use(faults(org));
  app.use(cors(org));
  app.route('/', managementRoutes(org));
  app.route('/', oauthRoutes(org));
  app.route('/', idxRoutes(org));
  app.route('/', myAccountRoutes(org));
  app.route('/', hostedRoutes(org));
  const unknown = unknownRoute(org, app);
  app.notFound((c) => {
    try {
      return unknown(c);
    } catch (error) {
      return render(org, c, error);
    }
  });
  app.onError((error, c) => render(org, c, error));
  return app;
}

const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    // The rest of the body is not read, so the connection cannot serve another request.
    const close = { Connection: 'close' };
    throw new OktaError(
      413,
      'E_EMULATOR_BODY_TOO_LARGE',
      `The request body exceeds ${MAX_BODY_BYTES} bytes.`,
      [],
      close,
    );
  },
});

/** An error as the Management API writes it. One request's defect is logged and answered 500; the org lives on. */
function render(org: Org, c: AppContext, error: unknown): Response {
  if (!(error instanceof OktaError)) {
    org.log(`defect in ${c.req.method} ${c.req.path}: ${error instanceof Error ? error.stack : String(error)}`);
  }
  const known = error instanceof OktaError ? error : new OktaError(500, 'E0000009', 'Internal Server Error');
  return c.json(known.body(`oae${org.ids.opaque(22)}`), known.status, known.headers);
}
