import { Hono } from 'hono';
import type { AppEnv } from '../http/context.ts';
import type { Org } from '../org.ts';

export function oauthRoutes(_org: Org): Hono<AppEnv> {
  return new Hono<AppEnv>();
}
