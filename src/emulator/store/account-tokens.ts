/** Tokens of the links by which somebody activates an account or gets a new password: what they are good for, and how long. */
import type { Org } from '../org.ts';
import type { UserEntity } from './entities.ts';
import { dropExpired } from './expiry.ts';

/** Which link a token belongs to: `/welcome/{token}` or `/reset_password/{token}`. */
export type AccountTokenKind = 'activation' | 'recovery';

export interface AccountToken {
  /** The token. */
  id: string;
  kind: AccountTokenKind;
  userId: string;
  /** Of the password that the user had: a new one kills the token. */
  passwordHash?: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** A week and an hour (named assumption `account-token-lifetime`). */
const LIFETIME_MS: Readonly<Record<AccountTokenKind, number>> = { activation: 7 * 86_400_000, recovery: 60 * 60_000 };

/** Who may still use a token of each kind. */
const USABLE_BY: Readonly<Record<AccountTokenKind, readonly UserEntity['status'][]>> = {
  activation: ['PROVISIONED'],
  recovery: ['ACTIVE', 'PROVISIONED', 'RECOVERY', 'PASSWORD_EXPIRED'],
};

/** A new token for a user: 20 characters (documented); the one before of its kind is dead. */
export function issueAccountToken(org: Org, user: UserEntity, kind: AccountTokenKind): string {
  const { accountTokens } = org.store;
  dropExpired(accountTokens, org.clock.now());
  for (const before of accountTokens.findAll('userId', user.id)) {
    if (before.kind === kind) accountTokens.delete(before.id);
  }
  const { id } = accountTokens.put({
    id: org.ids.opaque(20),
    kind,
    userId: user.id,
    ...(user.passwordHash === undefined ? {} : { passwordHash: user.passwordHash }),
    expiresAt: org.clock.now() + LIFETIME_MS[kind],
  });
  return id;
}

/** Whose token it is; undefined for one that was never given out, ran out, or did what it was for. */
export function userOfAccountToken(org: Org, kind: AccountTokenKind, text: string): UserEntity | undefined {
  const token = org.store.accountTokens.get(text);
  if (token?.kind !== kind || token.expiresAt <= org.clock.now()) return undefined;
  const user = org.store.users.get(token.userId);
  return user && USABLE_BY[kind].includes(user.status) && user.passwordHash === token.passwordHash ? user : undefined;
}
