/** `/idp/myaccount/emails`: the addresses of an account; a new one counts once the code that it got is given. */
import { createHash } from 'node:crypto';
import { link } from '../http/links.ts';
import { invalid, notFound, OktaError } from '../http/okta-error.ts';
import type { Json } from '../management/input.ts';
import { flag, record, text } from '../management/input.ts';
import { updateUser } from '../management/users/users.ts';
import type { Org } from '../org.ts';
import type { UserEntity } from '../store/entities.ts';
import { dropExpired } from '../store/expiry.ts';
import { checkCode, sendCode } from '../telephony/codes.ts';

export type EmailRole = 'PRIMARY' | 'SECONDARY';

/** An address that waits to be confirmed; it takes the place of the one that the account has in this role. */
export interface PendingEmail {
  id: string;
  userId: string;
  role: EmailRole;
  email: string;
}

/** A code on its way to an address. */
export interface EmailChallenge {
  id: string;
  userId: string;
  emailId: string;
  status: 'VERIFIED' | 'UNVERIFIED';
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

interface Email extends PendingEmail {
  verified: boolean;
}

/** Five minutes (reference). */
const CHALLENGE_MS = 5 * 60_000;

/** Those of the profile, then those that wait. */
export function emailsOf(org: Org, user: UserEntity): Email[] {
  const { email, secondEmail } = user.profile;
  const own = (role: EmailRole, address: unknown): Email[] =>
    typeof address === 'string' && address !== ''
      ? [{ ...identified(user.id, role, address), verified: role === 'SECONDARY' || user.emailUnverified !== true }]
      : [];
  const pending = org.store.pendingEmails.findAll('userId', user.id).map((row) => ({ ...row, verified: false }));
  return [...own('PRIMARY', email), ...own('SECONDARY', secondEmail), ...pending];
}

/** An address has the same id for as long as it is that of the account, in the form of Okta's: 32 hexadecimal digits. */
function identified(userId: string, role: EmailRole, email: string): PendingEmail {
  const id = createHash('sha256').update(`${userId}/${role}/${email}`).digest('hex').slice(0, 32);
  return { id, userId, role, email };
}

export function findEmail(org: Org, user: UserEntity, id: string): Email {
  const found = emailsOf(org, user).find((one) => one.id === id);
  if (!found) throw notFound(id, 'UserProfileEmail');
  return found;
}

/** Unless `sendEmail` is false the code goes out at once. */
export async function addEmail(org: Org, user: UserEntity, body: Json): Promise<Email> {
  const email = text(record(body.profile)?.email)?.trim() ?? '';
  if (!/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(email)) throw invalid('email', 'Invalid email address.');
  const role = body.role === 'SECONDARY' ? 'SECONDARY' : 'PRIMARY';
  if (emailsOf(org, user).some((one) => one.email.toLowerCase() === email.toLowerCase())) {
    throw new OktaError(409, 'E0000157', 'Another authenticator with key: email is already active.', [
      `The email ${email} is already registered to the current user profile.`,
    ]);
  }
  for (const earlier of org.store.pendingEmails.findAll('userId', user.id)) {
    if (earlier.role === role) org.store.pendingEmails.delete(earlier.id);
  }
  const added = org.store.pendingEmails.put(identified(user.id, role, email));
  if (flag(body.sendEmail) !== false) await challengeEmail(org, { ...added, verified: false });
  return { ...added, verified: false };
}

export function deleteEmail(org: Org, email: Email): void {
  if (email.verified || !org.store.pendingEmails.delete(email.id)) {
    throw invalid('email', "Can't delete a verified email address.");
  }
}

export async function challengeEmail(org: Org, { id: emailId, userId, email }: Email): Promise<EmailChallenge> {
  const { emailChallenges } = org.store;
  const now = org.clock.now();
  dropExpired(emailChallenges, now);
  for (const before of emailChallenges.findAll('emailId', emailId)) emailChallenges.delete(before.id);
  const challenge = emailChallenges.put({
    id: `myaccount.${org.ids.opaque(22)}`,
    userId,
    emailId,
    status: 'UNVERIFIED',
    expiresAt: now + CHALLENGE_MS,
  });
  await sendCode(org, { purpose: challenge.id, userId, channel: 'email', to: email, use: 'enrollment' });
  return challenge;
}

export function findChallenge(org: Org, user: UserEntity, emailId: string, id: string): EmailChallenge {
  const challenge = org.store.emailChallenges.get(id);
  const known = challenge?.userId === user.id && challenge.emailId === emailId;
  if (!known || challenge.expiresAt <= org.clock.now()) throw notFound(id, 'IdpMyAccountChallenge');
  return challenge;
}

/** The address becomes that of the profile; the login stays what it was. */
export async function verifyEmail(org: Org, user: UserEntity, challenge: EmailChallenge, code: string): Promise<void> {
  const email = findEmail(org, user, challenge.emailId);
  if (checkCode(org, challenge.id, 'okta_email', code) !== 'ok') throw wrongCode();
  const field = email.role === 'SECONDARY' ? 'secondEmail' : 'email';
  // First of all, since it may be refused: then the address is still to be verified.
  const { emailUnverified, ...changed } = await updateUser(org, user, { profile: { [field]: email.email } }, 'merge');
  org.store.emailChallenges.patch(challenge.id, { status: 'VERIFIED' });
  org.store.pendingEmails.delete(email.id);
  if (field === 'email') org.store.users.put(changed);
}

/** A code that is wrong, was used, or ran out: also one for a phone. */
export function wrongCode(): OktaError {
  return new OktaError(401, 'E0000004', 'Authentication failed', [
    'The verification challenge failed due to an invalid code.',
  ]);
}

export function renderEmail(org: Org, { id, role, email, verified }: Email, baseUrl: string): Json {
  const self = selfOf(id, baseUrl);
  const challenge = verified ? undefined : org.store.emailChallenges.find('emailId', id);
  return {
    id,
    status: verified ? 'VERIFIED' : 'UNVERIFIED',
    roles: [role],
    profile: { email },
    _links: {
      self: verified ? link(self, 'GET') : link(self, 'GET', 'DELETE'),
      challenge: link(`${self}/challenge`, 'POST'),
      ...(challenge ? challengeLinks(challenge, baseUrl) : {}),
    },
  };
}

export function renderChallenge(org: Org, user: UserEntity, challenge: EmailChallenge, baseUrl: string): Json {
  const { id, status, expiresAt, emailId } = challenge;
  return {
    id,
    status,
    expiresAt: new Date(expiresAt).toISOString(),
    profile: { email: findAddress(org, user, emailId) },
    _links: challengeLinks(challenge, baseUrl),
  };
}

function findAddress(org: Org, user: UserEntity, emailId: string): string | undefined {
  return emailsOf(org, user).find((one) => one.id === emailId)?.email;
}

function challengeLinks({ id, emailId }: EmailChallenge, baseUrl: string) {
  const poll = `${selfOf(emailId, baseUrl)}/challenge/${id}`;
  return { verify: link(`${poll}/verify`, 'POST'), poll: link(poll, 'GET') };
}

function selfOf(id: string, baseUrl: string): string {
  return `${baseUrl}/idp/myaccount/emails/${id}`;
}
