/** What every call of an inline hook carries around its data (OpenAPI 2026.06.3). */
import { tryGetContext } from 'hono/context-storage';
import type { TelephonyHookRequest } from '../../wire/inline-hook.ts';
import type { AppEnv } from '../http/context.ts';
import { clientFacts } from '../idx/client.ts';
import type { Org } from '../org.ts';
import type { InlineHookEntity } from '../store/entities.ts';

export function hookEnvelope<T extends string>(org: Org, hook: InlineHookEntity, eventType: T) {
  return {
    eventId: org.ids.opaque(22),
    eventTime: new Date(org.clock.now()).toISOString(),
    eventType,
    eventTypeVersion: '1.0' as const,
    contentType: 'application/json' as const,
    cloudEventVersion: '0.1' as const,
    source: `${org.url}/api/v1/inlineHooks/${hook.id}`,
  };
}

/** The request that made the org call the hook. */
export function currentRequest(org: Org): TelephonyHookRequest['data']['context']['request'] {
  const c = tryGetContext<AppEnv>();
  const ipAddress = (c && clientFacts(c, org).ip) ?? '127.0.0.1';
  return {
    id: `req${org.ids.opaque(17)}`,
    method: c?.req.method ?? 'POST',
    url: { value: c?.req.path ?? '' },
    ipAddress,
  };
}
