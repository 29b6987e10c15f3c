import { createHash, randomBytes } from 'node:crypto';
import type { Application } from '../wire/application.ts';

export type InteractAnswer =
  | { accepted: true; interactionHandle: string }
  | { accepted: false; error: string; description: string };

/**
 * Begins a sign-in at the default authorization server as an app would: `POST /oauth2/default/v1/interact` with the client
 * id alone, as embedded clients may.
 */
export async function probeInteract(
  orgUrl: string,
  app: Application,
  extra: Record<string, string> = {},
): Promise<InteractAnswer> {
  const verifier = randomBytes(32).toString('base64url');
  const response = await fetch(`${orgUrl}/oauth2/default/v1/interact`, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams({
      client_id: app.credentials.oauthClient?.client_id ?? app.id,
      scope: 'openid profile',
      redirect_uri: app.settings.oauthClient?.redirect_uris?.[0] ?? '',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      state: randomBytes(16).toString('hex'),
      ...extra,
    }),
    signal: AbortSignal.timeout(30_000),
  });
  const body = (await response.json()) as Record<string, string>;
  if (response.ok && body.interaction_handle) return { accepted: true, interactionHandle: body.interaction_handle };
  return {
    accepted: false,
    error: body.error ?? body.errorCode ?? String(response.status),
    description: body.error_description ?? body.errorSummary ?? '',
  };
}
