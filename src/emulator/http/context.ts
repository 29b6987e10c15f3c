import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { OktaError } from './okta-error.ts';

/** Who called the Management API. */
export interface Principal {
  userId: string;
  /** `ssws`: the admin token, all rights. `oauth`: an access token of the org authorization server, by its scopes. */
  kind: 'ssws' | 'oauth';
  scopes: readonly string[];
}

/** What Hono hands to every handler. */
export interface AppEnv {
  Bindings: HttpBindings;
  Variables: {
    /** The org's URL as this client spells it, no trailing slash: links and issuers are built from it. */
    baseUrl: string;
    principal: Principal;
    /** Set when a fault closed the connection: there is no answer to label. */
    dropped?: boolean;
    /** Epoch seconds: overrides the end of the rate limit window in this answer. */
    resetAt?: number;
  };
}

export type AppContext = Context<AppEnv>;

/**
 * A JSON object from the request body. Empty body, or `null`, as which Okta's Go SDK writes a body that it does not have:
 * `{}`. Anything else than an object: 400 E0000003; a body that does not say it is JSON: 400 E0000021 (catalogue).
 */
export async function readJson(c: AppContext): Promise<Record<string, unknown>> {
  const value = await parseBody(c);
  return value === undefined || value === null ? {} : asObject(value);
}

/** The same for a JSON array, e.g. a JSON Patch. */
export async function readJsonList(c: AppContext): Promise<unknown[]> {
  const value = await parseBody(c);
  if (Array.isArray(value)) return value;
  throw notWellFormed();
}

function notWellFormed(): OktaError {
  return new OktaError(400, 'E0000003', 'The request body was not well-formed.');
}

/**
 * For the control plane: as `readJson`, and without a look at the content type when no web page is asking, so that
 * `curl -d` will do. A page could send such a body to another site without asking first, hence the difference.
 */
export async function readControlJson(c: AppContext): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  if (c.req.header('Origin') !== undefined || text.trim() === '') return readJson(c);
  return asObject(parsed(text));
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw notWellFormed();
}

async function parseBody(c: AppContext): Promise<unknown> {
  const text = await c.req.text();
  if (text.trim() === '') return undefined;
  if (!/^application\/([\w.-]+\+)?json\b/i.test(c.req.header('Content-Type') ?? '')) {
    throw new OktaError(
      400,
      'E0000021',
      'Bad request.  Accept and/or Content-Type headers likely do not match supported values.',
    );
  }
  return parsed(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notWellFormed();
  }
}
