/**
 * How a code by SMS or voice call leaves the org: by the telephony inline hook when one is active, else, or when the hook
 * fails, by Okta's own sending, which the setting `telephony` stands for. What the hook has to say and what becomes of its
 * answer is here; the call itself is in `hook.ts`.
 */
import { tryGetContext } from 'hono/context-storage';
import type { TelephonyHookRequest, TelephonyRequestType } from '../../wire/inline-hook.ts';
import type { AppEnv } from '../http/context.ts';
import type { Org } from '../org.ts';
import type { InlineHookEntity, MessageEntity } from '../store/entities.ts';
import { clientOf, recordEvent } from '../system-log/record.ts';
import type { OneTimeCode } from './entities.ts';
import { activeTelephonyHook, executeHook, type HookResult, TELEPHONY_HOOK } from './hook.ts';
import { currentRequest, hookEnvelope } from './hook-envelope.ts';

export type CodeUse = 'enrollment' | 'verification' | 'unlock' | 'recovery';

const REQUEST_TYPE: Record<CodeUse, TelephonyRequestType> = {
  enrollment: 'com.okta.user.telephony.pre-enrollment',
  verification: 'com.okta.user.telephony.mfa-verification',
  unlock: 'com.okta.user.telephony.account-unlock',
  recovery: 'com.okta.user.telephony.password-reset',
};

/** Who delivered; undefined: nobody could. */
export async function deliverByPhone(
  org: Org,
  sent: OneTimeCode,
  text: string,
  use: CodeUse,
): Promise<MessageEntity['delivery'] | undefined> {
  const hook = activeTelephonyHook(org);
  if (hook) {
    const result = await executeHook(org, hook, hookRequest(org, hook, sent, text, use));
    const refusal = refusalOf(result);
    logHook(org, hook, result.ok, refusal);
    if (refusal === undefined) return 'hook';
    // Named assumption `hook-fails-over`: every kind of failure, malformed answers included, falls back.
    if (result.ok) org.log(`inline hook "${hook.name}" did not deliver: ${refusal}`);
  }
  return org.settings.telephony ? 'emulator' : undefined;
}

/** The event of the call is written only when it fails, that of the answer always (event type catalog). */
function logHook(org: Org, { id, name }: InlineHookEntity, answered: boolean, refusal: string | undefined): void {
  const c = tryGetContext<AppEnv>();
  const common = {
    target: [{ id, type: 'InlineHook', alternateId: id, displayName: name }],
    ...(refusal === undefined ? {} : { outcome: { result: 'FAILURE' as const, reason: refusal } }),
    ...(c ? { client: clientOf(c) } : {}),
  };
  if (answered) {
    const displayMessage = 'Response from an inline hook was processed';
    recordEvent(org, { eventType: 'inline_hook.response.processed', displayMessage, ...common });
  } else {
    const displayMessage = 'Inline hook was executed';
    recordEvent(org, { eventType: 'inline_hook.executed', displayMessage, severity: 'WARN', ...common });
  }
}

/** Whether codes can leave the org by phone at all: what activating the phone authenticator asks. */
export function canSendByPhone(org: Org): boolean {
  return org.settings.telephony || activeTelephonyHook(org) !== undefined;
}

function hookRequest(
  org: Org,
  hook: InlineHookEntity,
  sent: OneTimeCode,
  text: string,
  use: CodeUse,
): TelephonyHookRequest {
  const user = org.store.users.get(sent.userId);
  return {
    ...hookEnvelope(org, hook, TELEPHONY_HOOK),
    requestType: REQUEST_TYPE[use],
    data: {
      context: { request: currentRequest(org) },
      userProfile: {
        firstName: user?.profile.firstName ?? '',
        lastName: user?.profile.lastName ?? '',
        login: user?.profile.login ?? '',
        userId: sent.userId,
      },
      messageProfile: {
        msgTemplate: text,
        phoneNumber: sent.to,
        otpExpires: new Date(sent.expiresAt).toISOString(),
        // named assumption `hook-voice-channel`
        deliveryChannel: sent.channel === 'sms' ? 'SMS' : 'Voice call',
        otpCode: sent.code,
        locale: 'EN-US',
      },
    },
  };
}

const ACCEPTED: readonly unknown[] = ['SUCCESSFUL', 'PENDING'];

/** Why an answer does not count as delivered; undefined when it does. */
function refusalOf(result: HookResult): string | undefined {
  if (!result.ok) return result.reason;
  const { error, commands } = result.reply;
  if (typeof error === 'object' && error !== null) {
    const summary = (error as { errorSummary?: unknown }).errorSummary;
    return typeof summary === 'string' && summary !== '' ? summary : 'The service answered with an error.';
  }
  const statuses = statusesOf(commands);
  if (statuses.length === 0) return 'The answer has no com.okta.telephony.action command.';
  const bad = statuses.find((status) => !ACCEPTED.includes(status));
  return bad === undefined ? undefined : `The service answered with status ${String(bad)}.`;
}

function statusesOf(commands: unknown): unknown[] {
  if (!Array.isArray(commands)) return [];
  return commands.flatMap((command: { type?: unknown; value?: unknown } | null) => {
    if (command?.type !== 'com.okta.telephony.action' || !Array.isArray(command.value)) return [];
    return command.value.map((value: { status?: unknown } | null) => value?.status ?? 'none');
  });
}
