import { Hono } from 'hono';
import type { AppEnv } from '../http/context.ts';
import type { Org } from '../org.ts';

export function controlRoutes(_org: Org): Hono<AppEnv> {
  return new Hono<AppEnv>();
}
