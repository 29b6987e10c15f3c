/** The one sentence that an explanation comes to. Pure. */
import type { Outlook } from '../../policy/index.ts';
import { authenticatorName } from '../../shared/authenticators.ts';
import type { Application } from '../../wire/application.ts';
import type { User } from '../../wire/directory.ts';
import type { Access } from './access.ts';

export interface Verdict {
  can: 'signIn' | 'signInAfterEnrolling' | 'notSignIn';
  /** Names of authenticators, of which one has to be enrolled on the way. */
  enroll?: string[];
  /** Why they cannot sign in. */
  reason?: string;
  /** What else the sign-in asks of them. */
  pending?: string;
}

export interface Circumstances {
  user: User;
  app: Application;
  access: Access;
  /** The network zone that keeps the client out. */
  blockedBy: string | undefined;
  /** What the policies say. */
  policies: Outlook;
}

/** What holds somebody back whatever the policies say comes first, as it does in Okta. */
export function verdictOf(circumstances: Circumstances): Verdict {
  const obstacle = obstacleOf(circumstances);
  if (obstacle !== undefined) return { can: 'notSignIn', reason: obstacle };
  const { policies, user } = circumstances;
  if (policies.verdict === 'cannot') return { can: 'notSignIn', reason: policies.reason };
  const pending =
    user.status === 'PASSWORD_EXPIRED' ? { pending: 'the password has expired and has to be changed' } : {};
  if (policies.verdict === 'can') return { can: 'signIn', ...pending };
  const keys = new Set(policies.enroll.map(({ key }) => key));
  return { can: 'signInAfterEnrolling', enroll: [...keys].map((key) => authenticatorName(key)), ...pending };
}

/** Statuses in which nobody signs in, whatever the policies say (OpenAPI 2026.06.3, UserStatus). */
const CANNOT: readonly string[] = ['STAGED', 'PROVISIONED', 'SUSPENDED', 'LOCKED_OUT', 'DEPROVISIONED'];

/** No sign-in until the reset is complete (OpenAPI 2026.06.3, `POST /users/{id}/lifecycle/reset_password`). */
const RESETTING = 'the user has status RECOVERY: first the password has to be set anew, by the link that Okta sent';

function obstacleOf({ user, app, access, blockedBy }: Circumstances): string | undefined {
  if (blockedBy !== undefined) return `the client is in the network zone "${blockedBy}", which is a blocklist`;
  if (CANNOT.includes(user.status)) return `the user has status ${user.status}`;
  if (user.status === 'RECOVERY') return RESETTING;
  if (app.status !== 'ACTIVE') return `the app "${app.label}" is ${app.status}`;
  if (access.adminRole === 'no') return `the user has no admin role, by which alone "${app.label}" is reached`;
  return access.assigned === false ? `the user is not assigned to the app "${app.label}"` : undefined;
}
