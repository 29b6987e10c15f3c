/** The Management API: every resource has its own file; all of them need an admin, save what the org says of itself. */
import { Hono } from 'hono';
import { authenticate } from '../http/auth.ts';
import type { AppEnv } from '../http/context.ts';
import type { Org } from '../org.ts';
import { systemLogRoutes } from '../system-log/routes.ts';
import { appRoutes } from './apps/routes.ts';
import { authenticatorRoutes } from './authenticators.ts';
import { authorizationServerRoutes } from './authorization-servers/routes.ts';
import { groupRoutes } from './groups.ts';
import { missingRoutes } from './missing-routes.ts';
import { orgSettingsRoutes, wellKnownRoutes } from './org-settings.ts';
import { policyRoutes } from './policies/routes.ts';
import { trustedOriginRoutes } from './trusted-origins.ts';
import { userRoutes } from './users/routes.ts';

export function managementRoutes(org: Org): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.route('/', wellKnownRoutes(org));
  app.use('/api/v1/*', authenticate(org));
  app.use('/admin/api/*', authenticate(org));
  app.route('/', missingRoutes(org));
  app.route('/', authenticatorRoutes(org));
  app.route('/', policyRoutes(org));
  app.route('/', appRoutes(org));
  app.route('/', groupRoutes(org));
  app.route('/', userRoutes(org));
  app.route('/', authorizationServerRoutes(org));
  app.route('/', trustedOriginRoutes(org));
  app.route('/', orgSettingsRoutes(org));
  app.route('/', systemLogRoutes(org));
  return app;
}
