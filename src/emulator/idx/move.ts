/** The one place where a sign-in moves: it asks policy where it stands, goes by the step table, carries out the effect. */
import { amrOf } from '../../policy/index.ts';
import type { AuthenticatorKey, MethodType } from '../../wire/authenticator.ts';
import type { AuthorizationCode } from '../oauth/grants.ts';
import { type SessionFacts, sessionFacts } from '../oauth/sessions.ts';
import { type Org, orgNow } from '../org.ts';
import { dropExpired } from '../store/expiry.ts';
import { isLocked, sendCode } from '../telephony/codes.ts';
import { newEmailLink } from './email-link.ts';
import { recordAccount, recordEvaluation, recordSending, recordSignIn } from './events.ts';
import { sendSetupLink } from './okta-verify.ts';
import { refusals } from './refusals.ts';
import { type Situation, situationOf } from './situation.ts';
import { advance, type Event, type Facts } from './steps.ts';
import { type CurrentAuthenticator, codePurpose, endTransaction, type SignInTransaction } from './transaction.ts';
import { withChallenge } from './webauthn.ts';

/** Interaction codes live at most a minute, authorization codes five (developer docs). */
const CODE_MS = { interaction_code: 60_000, authorization_code: 5 * 60_000 } as const;

/** Where a submission led: another screen, or the end with a code and a session for the browser. */
export type Outcome =
  | { transaction: SignInTransaction }
  | { transaction: SignInTransaction; situation: Situation; code: string; session: SessionFacts };

/** A transaction may have ended, or moved on, while a password was being checked or a code was on its way. */
export function stillThere(org: Org, before: SignInTransaction): SignInTransaction {
  const present = org.store.transactions.get(before.id);
  if (!present) throw refusals.expired();
  if (present.step !== before.step || present.verified !== before.verified) throw refusals.badRequest();
  return present;
}

export function withCurrent(transaction: SignInTransaction, current: CurrentAuthenticator): SignInTransaction {
  return { ...transaction, current };
}

export function withVerified(
  org: Org,
  transaction: SignInTransaction,
  key: AuthenticatorKey,
  method: MethodType,
): Pick<SignInTransaction, 'verified'> {
  return { verified: [...transaction.verified, { key, method, at: org.clock.now() }] };
}

/** A move that no policy has a say in, since nobody is known yet. */
export function turn(org: Org, changed: SignInTransaction, on: Event): Outcome {
  const row = advance(changed.step, on, { goal: 'refuse', kind: 'other' });
  if (!row) throw refusals.badRequest();
  return { transaction: org.store.transactions.put({ ...changed, step: row.to }) };
}

export async function move(org: Org, changed: SignInTransaction, on: Event): Promise<Outcome> {
  if (changed.purpose === 'registration') activateRegistered(org, changed);
  const situation = situationOf(org, changed);
  const row = advance(changed.step, on, { goal: situation.goal, kind: kindOf(changed.current) });
  if (!row) throw refusals.badRequest();
  if (PROVEN.has(on)) recordEvaluation(org, changed, situation);
  if (row.to === 'terminal') throw situation.refusal ?? refusals.badRequest();
  if (row.emit === 'issueCode') return issue(org, changed, situation);
  const current = ON_GOAL.has(on) ? goalAuthenticator(situation) : changed.current;
  const { current: _before, ...rest } = changed;
  const next = { ...rest, step: row.to, ...(current ? { current: withChallenge(org, current) } : {}) };
  if (row.emit === 'sendCode') {
    const before = org.store.transactions.get(changed.id);
    await sendTo(org, next, situation);
    if (!before) throw refusals.expired();
    stillThere(org, before);
  }
  if (row.emit === 'sendLink') sendSetupLink(org, next);
  return { transaction: org.store.transactions.put(next) };
}

function kindOf(current: CurrentAuthenticator | undefined): Facts['kind'] {
  switch (current?.key) {
    case 'okta_password':
      return 'password';
    case 'phone_number':
      return 'open';
    case 'okta_email':
      return current.method === undefined ? 'open' : 'sent';
    case 'okta_verify':
      if (current.setup) return current.setup.channel === 'qrcode' ? 'setup' : 'setupByLink';
      if (current.method === undefined) return 'open';
      return current.method === 'push' ? 'push' : 'other';
    default:
      return 'other';
  }
}

/** After these the app's rule is held against what is proven. */
const PROVEN: ReadonlySet<Event> = new Set<Event>(['verified', 'enrolled', 'resumed']);

/** After these the screen is the policy's choice, not the user's. */
const ON_GOAL: ReadonlySet<Event> = new Set<Event>([
  'identified',
  'verified',
  'enrolled',
  'skipped',
  'resumed',
  'overtaken',
  'recoveryAsked',
  'registered',
  'passwordSet',
]);

function goalAuthenticator({ candidates, enrollable, goal }: Situation): CurrentAuthenticator | undefined {
  const key = enrollable[0]?.key;
  if (key && goal === 'enrollData') return { key };
  if (key && goal === 'enrollCode') return { key, method: 'email' };
  const [only] = candidates;
  if (!only) return undefined;
  if (goal === 'password' || goal === 'code') return { key: only.key };
  const method = only.methods[0];
  return goal === 'answer' && method ? { key: only.key, method } : undefined;
}

/** Who registered becomes active once nothing required is missing (named assumption `registration-staged`). */
function activateRegistered(org: Org, transaction: SignInTransaction): void {
  const { user, need } = situationOf(org, transaction);
  if (user.status !== 'STAGED' || need.required.length > 0 || transaction.verified.length === 0) return;
  const now = orgNow(org);
  const active = org.store.users.patch(user.id, { status: 'ACTIVE', activated: now, statusChanged: now });
  recordAccount(org, transaction, active, 'user.lifecycle.activate', 'Activate Okta user');
}

/** @param transaction as it will be: at the screen where the code is entered */
async function sendTo(org: Org, transaction: SignInTransaction, situation: Situation): Promise<void> {
  const { current } = transaction;
  if (!current?.method) throw refusals.badRequest();
  const { key, method: channel } = current;
  if (isLocked(org, situation.user.id, key)) throw refusals.tooManyRequests();
  const to = addressOf(current, transaction, situation);
  if (to === undefined || (channel !== 'sms' && channel !== 'voice' && channel !== 'email'))
    throw refusals.badRequest();
  const enrolling = transaction.step === 'enrollCode';
  const use = enrolling ? ('enrollment' as const) : useOf(transaction);
  const more = channel === 'email' ? { link: newEmailLink(org, transaction), ...emailLifetime(org) } : {};
  const request = { purpose: codePurpose(transaction), userId: situation.user.id, channel, to, use, ...more };
  const result = await sendCode(org, request);
  recordSending(org, transaction, channel, result === 'sent', enrolling);
  if (result === 'failed') throw refusals.sendFailed();
  if (result === 'tooSoon') throw channel === 'voice' ? refusals.callLimit() : refusals.smsLimit();
}

/** How long a code by email, and its link, are good for, where the authenticator says so. */
function emailLifetime(org: Org): { lifetimeSeconds?: number } {
  const minutes = org.store.authenticators.find('key', 'okta_email')?.settings?.tokenLifetimeInMinutes;
  return minutes === undefined ? {} : { lifetimeSeconds: minutes * 60 };
}

function useOf({ purpose }: SignInTransaction): 'verification' | 'unlock' | 'recovery' {
  return purpose === 'recovery' || purpose === 'unlock' ? purpose : 'verification';
}

/** Where a code goes: the number on the screen, an enrolment's address, or the address of someone who registers. */
function addressOf(
  current: CurrentAuthenticator,
  transaction: SignInTransaction,
  { candidates, enrollments, user }: Situation,
): string | undefined {
  if (current.phoneNumber !== undefined) return current.phoneNumber;
  const known = [...candidates, ...enrollments].find((one) => one.key === current.key)?.address;
  const registering = transaction.purpose === 'registration' && current.key === 'okta_email';
  return known ?? (registering ? user.profile.email : undefined);
}

function issue(org: Org, transaction: SignInTransaction, situation: Situation): Outcome {
  const { clientId, serverId, scopes, redirectUri, nonce, codeChallenge, acr, hosted } = transaction;
  const proof = {
    userId: situation.user.id,
    amr: amrOf(transaction.verified),
    authTime: Math.floor((transaction.verified[0]?.at ?? org.clock.now()) / 1000),
  };
  const grantType: AuthorizationCode['grantType'] = hosted ? 'authorization_code' : 'interaction_code';
  dropExpired(org.store.codes, org.clock.now());
  const code = org.store.codes.put({
    ...proof,
    id: org.ids.opaque(43),
    grantType,
    clientId,
    serverId,
    scopes,
    redirectUri,
    expiresAt: org.clock.now() + CODE_MS[grantType],
    ...(nonce === undefined ? {} : { nonce }),
    ...(acr === undefined ? {} : { acr }),
    ...(codeChallenge === undefined ? {} : { codeChallenge }),
  });
  org.store.users.patch(situation.user.id, { lastLogin: orgNow(org) });
  recordSignIn(org, transaction);
  const session = sessionFacts(org, proof, transaction, situation.decisions.globalSession);
  if (!hosted) {
    endTransaction(org, transaction);
    return { transaction: { ...transaction, step: 'success' }, situation, code: code.id, session };
  }
  // the browser comes back for the code by the redirect that its page is told
  const done = org.store.transactions.put({ ...transaction, step: 'success', hosted: { ...hosted, code: code.id } });
  return { transaction: done, situation, code: code.id, session };
}
