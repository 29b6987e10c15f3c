/**
 * Users whose password another store knows: the password import inline hook is asked at their first sign-in, and what it
 * verifies is kept (OpenAPI 2026.06.3).
 */
import type { Org } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';
import { ASK_HOOK } from '../store/imported-passwords.ts';
import { verifyPassword } from '../store/passwords.ts';
import { executeHook } from './hook.ts';
import { currentRequest, hookEnvelope } from './hook-envelope.ts';

const PASSWORD_IMPORT_HOOK = 'com.okta.user.credential.password.import';

/** Whether a password is that of a user; the hook is asked about one that only the other store knows. */
export async function isPasswordOf(org: Org, user: UserEntity, password: string): Promise<boolean> {
  if (user.passwordHash === undefined) return false;
  return user.passwordHash === ASK_HOOK
    ? verifiedByHook(org, user, password)
    : verifyPassword(password, user.passwordHash);
}

/** Whether the active hook says that the password is theirs; without one, or without a clear answer, it is not. */
async function verifiedByHook(org: Org, user: UserEntity, password: string): Promise<boolean> {
  const hook = org.store.inlineHooks
    .values()
    .find((row) => row.type === PASSWORD_IMPORT_HOOK && row.status === 'ACTIVE');
  if (!hook) return false;
  const result = await executeHook(org, hook, {
    ...hookEnvelope(org, hook, PASSWORD_IMPORT_HOOK),
    data: {
      context: { request: currentRequest(org), credential: { username: user.profile.login, password } },
      action: { credential: 'UNVERIFIED' },
    },
  });
  return result.ok && Array.isArray(result.reply.commands) && result.reply.commands.some(verifies);
}

function verifies(command: { type?: unknown; value?: { credential?: unknown } } | null): boolean {
  return command?.type === 'com.okta.action.update' && command.value?.credential === 'VERIFIED';
}
