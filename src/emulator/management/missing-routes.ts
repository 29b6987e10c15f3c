import { Hono } from 'hono';
import type { AppEnv } from '../http/context.ts';
import { OktaError } from '../http/okta-error.ts';
import type { Route } from '../http/unknown-route.ts';
import type { Org } from '../org.ts';

/**
 * Routes that Okta has (OpenAPI 2026.06.3) and the emulator lacks, on paths that other routes of ours would take: without
 * this list they would answer 405, or be read as an object with the id `rules`.
 */
export const MISSING_ROUTES: readonly Route[] = [
  { method: 'POST', path: '/api/v1/apps/:id/credentials/keys/generate' },
  { method: 'POST', path: '/api/v1/apps/:id/federated-claims' },
  { method: 'POST', path: '/api/v1/domains' },
  { method: 'POST', path: '/api/v1/email-domains' },
  { method: 'POST', path: '/api/v1/eventHooks/:id/lifecycle/verify' },
  { method: 'POST', path: '/api/v1/groups/:id/owners' },
  { method: 'PUT', path: '/api/v1/iam/resource-sets/:set/resources/:resource' },
  { method: 'POST', path: '/api/v1/idps' },
  { method: 'POST', path: '/api/v1/logStreams' },
  { method: 'POST', path: '/api/v1/push-providers' },
  { method: 'POST', path: '/api/v1/realms' },
  { method: 'POST', path: '/api/v1/telephony-providers' },
  { method: 'DELETE', path: '/api/v1/users/:userId/grants' },
  { method: 'PUT', path: '/api/v1/users/:userId/roles/:roleId/targets/catalog/apps' },
];

/** Answers them 501; mounted before the routes that would take them. */
export function missingRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  for (const { method, path } of MISSING_ROUTES) {
    app.on(method, path, (c) => {
      org.log(`unsupported: ${method} ${c.req.path}`);
      throw new OktaError(501, 'E_EMULATOR_UNSUPPORTED', `The emulator does not support ${method} ${c.req.path}.`);
    });
  }
  return app;
}
