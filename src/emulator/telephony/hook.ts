/**
 * Calls inline hooks. Facts (developer docs, OpenAPI 2026.06.3): POST of JSON, three seconds for the whole exchange,
 * redirects are not followed, an answer counts with status 200 and under 256 KB, https only. The emulator also calls plain
 * http on loopback, so that a receiver can run in the test beside it.
 */
import type { InlineHook, InlineHookConfig } from '../../wire/inline-hook.ts';
import type { Org } from '../org.ts';
import type { InlineHookEntity } from '../store/entities.ts';

export const TELEPHONY_HOOK = 'com.okta.telephony.provider';
const TIMEOUT_MS = 3_000;
const MAX_REPLY_BYTES = 256 * 1024;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** `unreachable` covers DNS, TLS, refused connections and forbidden URLs; `malformed` is no JSON object, or too long. */
export type HookFailure = 'timeout' | 'unreachable' | 'status' | 'malformed';

export type HookResult =
  | { ok: true; reply: Record<string, unknown> }
  | { ok: false; failure: HookFailure; reason: string };

/** The one ACTIVE telephony hook of the org. */
export function activeTelephonyHook(org: Org): InlineHookEntity | undefined {
  return org.store.inlineHooks.values().find((hook) => hook.type === TELEPHONY_HOOK && hook.status === 'ACTIVE');
}

/**
 * Whether the emulator may call this address: https, or http to this machine. Used for the call itself; an address that
 * fails here makes the hook fail, as an unreachable one does.
 */
export function isCallableUri(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

/**
 * Calls a hook with a payload and gives back what it answered, whatever it says. Never throws.
 * @param attempts `POST /inlineHooks/{id}/execute` tries twice, a telephony call once (developer docs).
 */
export async function executeHook(
  org: Org,
  hook: Pick<InlineHook, 'name' | 'channel'>,
  payload: unknown,
  attempts = 1,
): Promise<HookResult> {
  let result = await callOnce(hook.channel.config, payload);
  for (let left = attempts - 1; left > 0 && !result.ok; left -= 1)
    result = await callOnce(hook.channel.config, payload);
  if (!result.ok) org.log(`inline hook "${hook.name}": ${result.reason}`);
  return result;
}

async function callOnce(config: InlineHookConfig, payload: unknown): Promise<HookResult> {
  if (!isCallableUri(config.uri)) {
    return failed('unreachable', 'The URI must begin with https:// (http:// is allowed on loopback only).');
  }
  // One deadline for the token, the answer and its body.
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(config.uri, {
      method: 'POST',
      headers: await headersOf(config, signal),
      body: JSON.stringify(payload),
      redirect: 'manual',
      signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return failed('status', `The service answered with status ${response.status}.`);
    }
    return readReply(await readLimited(response));
  } catch (error) {
    if (signal.aborted) return failed('timeout', `The service did not answer within ${TIMEOUT_MS / 1000} seconds.`);
    return failed('unreachable', `The service could not be called: ${causeOf(error)}.`);
  }
}

async function headersOf(config: InlineHookConfig, signal: AbortSignal): Promise<Headers> {
  const headers = new Headers();
  for (const { key, value } of config.headers ?? []) headers.set(key, value);
  if (config.authScheme) headers.set(config.authScheme.key, config.authScheme.value ?? '');
  if (config.authType !== undefined) headers.set('Authorization', `Bearer ${await accessToken(config, signal)}`);
  headers.set('Content-Type', 'application/json');
  headers.set('Accept', 'application/json');
  return headers;
}

/** Channels of type OAUTH: a token by client credentials. `private_key_jwt` would need the org's hook keys. */
async function accessToken(config: InlineHookConfig, signal: AbortSignal): Promise<string> {
  const { authType, tokenUrl = '', clientId = '', clientSecret = '', scope } = config;
  if (authType !== 'client_secret_post') throw new Error(`the emulator does not support ${authType} for hooks`);
  if (!isCallableUri(tokenUrl)) throw new Error('the token URL must begin with https://');
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    ...(scope === undefined ? {} : { scope }),
  });
  const response = await fetch(tokenUrl, { method: 'POST', body, redirect: 'manual', signal });
  const token = ((await response.json()) as { access_token?: unknown }).access_token;
  if (typeof token !== 'string') throw new Error(`the token URL answered ${response.status} without a token`);
  return token;
}

function readReply(text: string | undefined): HookResult {
  if (text === undefined) return failed('malformed', `The answer is longer than ${MAX_REPLY_BYTES} bytes.`);
  try {
    const reply: unknown = JSON.parse(text);
    if (typeof reply === 'object' && reply !== null && !Array.isArray(reply)) {
      return { ok: true, reply: reply as Record<string, unknown> };
    }
  } catch {
    // falls through to the failure below
  }
  return failed('malformed', 'The answer is no JSON object.');
}

/** The body as text; undefined once it is too long, and then no more of it is read. */
async function readLimited(response: Response): Promise<string | undefined> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_REPLY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failed(failure: HookFailure, reason: string): HookResult {
  return { ok: false, failure, reason };
}

/** What went wrong, without the address: fetch hides it in the cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ((cause as NodeJS.ErrnoException).code ?? cause.name);
}
