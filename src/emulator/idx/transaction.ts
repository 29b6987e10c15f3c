/**
 * A sign-in in progress, from `/interact` to its interaction code: a row of the store, found by its interaction handle
 * or its state handle any number of times until it ends or runs out. Each step moves the end forward.
 */
import type { AcrValue } from '../../policy/index.ts';
import type { AuthenticatorKey, MethodType } from '../../wire/authenticator.ts';
import type { ResponseMode } from '../hosted/authorize-answer.ts';
import type { Org } from '../org.ts';
import { dropExpired as dropExpiredRows } from '../store/expiry.ts';
import { discardCode } from '../telephony/codes.ts';
import { type ClientFacts, mergedFacts } from './client.ts';
import type { Step } from './steps.ts';

/** What the client asked for at `/interact`. */
export interface InteractRequest {
  clientId: string;
  /** Authorization server id, or `ORG_SERVER`. */
  serverId: string;
  scopes: string[];
  redirectUri: string;
  state?: string;
  nonce?: string;
  codeChallenge?: string;
  /** Seconds; -1 when not asked for (recorded). */
  maxAge: number;
  /** What the app asks for beyond its policies. */
  acr?: AcrValue;
  /** Set when the browser came to `/authorize`; absent for an embedded sign-in. */
  hosted?: HostedRequest;
  /** Who asked, and at the last step: for policy and the System Log. */
  client?: ClientFacts;
}

/** A factor that was verified in this sign-in, by verifying or by enrolling it. */
export interface VerifiedFactor {
  key: AuthenticatorKey;
  method: MethodType;
  /** Milliseconds since the epoch. */
  at: number;
}

/** The authenticator on the screen, and how far its choice has come. */
export interface CurrentAuthenticator {
  key: AuthenticatorKey;
  method?: MethodType;
  /** The number being enrolled, E.164. */
  phoneNumber?: string;
  /** What a security key is to sign, base64url. */
  challenge?: string;
  /** The key of a code generator being enrolled, base32. */
  secret?: string;
  /** Okta Verify being enrolled. */
  setup?: {
    channel: SetupChannel;
    /** Is in the URL that the phone opens. */
    token: string;
    /** Where the link went. */
    address?: string;
    /** The phone has done it: the method that counts as proven. */
    enrolled?: MethodType;
  };
  /** A push notification on its way. */
  push?: {
    /** See `pushSentAt`. */
    sentAt: number;
    /** What the screen shows and the phone is to choose. */
    number?: string;
    answer?: 'approved' | 'rejected';
  };
}

/** How the app of Okta Verify gets to know the org: by a QR code, or a link in a message. */
export type SetupChannel = 'qrcode' | 'email' | 'sms';

/** What a sign-in is for when it is not (yet) for signing in. */
export type Purpose = 'recovery' | 'unlock' | 'registration' | 'activation';

/** Where a sign-in begins that is not at the first screen: by the token of a link (`start-by-token.ts`). */
export type Beginning = Pick<SignInTransaction, 'step' | 'purpose' | 'userId' | 'identifier'>;

/** Where a sign-in on the hosted page sends the browser in the end, and how. */
export interface HostedRequest {
  responseMode: ResponseMode;
  /** The browser's session does not count: `prompt=login`. */
  fresh: boolean;
  loginHint?: string;
  /** Of the cookie of the browser that shows the page. */
  browser: string;
  /** The authorization code, once there is one. */
  code?: string;
}

export interface SignInTransaction extends InteractRequest {
  /** The interaction handle. */
  id: string;
  stateHandle: string;
  /** What ties the events of this sign-in together in the System Log. */
  traceId: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  step: Step;
  /** As typed. */
  identifier?: string;
  userId?: string;
  verified: VerifiedFactor[];
  current?: CurrentAuthenticator;
  /** Something was enrolled in this sign-in: optional authenticators are then put before the user. */
  enrolled: boolean;
  skippedOptional: boolean;
  purpose?: Purpose;
  /** The password was right but has run out, or will in so many days; asked for until it is changed or put off. */
  passwordExpiry?: { daysLeft: number | undefined };
  /** Whether "Remember this device" was ticked; absent where the client did not say. */
  remember?: boolean;
}

/** What a sign-in knows beyond its request; cleared when it starts over. */
type Progress =
  | 'step'
  | 'identifier'
  | 'userId'
  | 'verified'
  | 'current'
  | 'enrolled'
  | 'skippedOptional'
  | 'purpose'
  | 'passwordExpiry'
  | 'remember';

const PURPOSE = 'signin/';

export function startTransaction(org: Org, request: InteractRequest, beginning?: Beginning): SignInTransaction {
  dropExpired(org);
  return org.store.transactions.put({
    ...request,
    id: org.ids.opaque(43),
    stateHandle: newStateHandle(org),
    traceId: org.ids.opaque(27),
    expiresAt: org.clock.now() + lifetimeMs(org),
    ...freshProgress(),
    ...beginning,
  });
}

function freshProgress(): Pick<SignInTransaction, 'step' | 'verified' | 'enrolled' | 'skippedOptional'> {
  return { step: 'identify', verified: [], enrolled: false, skippedOptional: false };
}

/** The live transaction of an interaction handle; its end moves forward. */
export function findByInteractionHandle(org: Org, handle: string): SignInTransaction | undefined {
  return touch(org, org.store.transactions.get(handle));
}

/** The live transaction of a state handle; its end moves forward. */
export function findByStateHandle(org: Org, handle: string): SignInTransaction | undefined {
  return touch(org, org.store.transactions.find('stateHandle', handle));
}

function touch(org: Org, transaction: SignInTransaction | undefined): SignInTransaction | undefined {
  if (!transaction) return undefined;
  if (transaction.expiresAt <= org.clock.now()) {
    endTransaction(org, transaction);
    return undefined;
  }
  return org.store.transactions.patch(transaction.id, { expiresAt: org.clock.now() + lifetimeMs(org) });
}

/** Another request of the same sign-in came in. */
export function noteClient(org: Org, transaction: SignInTransaction, now: ClientFacts): SignInTransaction {
  return org.store.transactions.patch(transaction.id, { client: mergedFacts(transaction.client, now) });
}

/** Back to the first screen by the same handles: nothing proven so far counts. */
export function restartTransaction(org: Org, transaction: SignInTransaction): SignInTransaction {
  discardCode(org, codePurpose(transaction));
  return org.store.transactions.put({ ...withoutProgress(transaction), ...freshProgress() });
}

function withoutProgress(transaction: SignInTransaction): Omit<SignInTransaction, Progress> {
  const { step, identifier, userId, verified, current, enrolled, skippedOptional, ...more } = transaction;
  const { purpose, passwordExpiry, remember, ...rest } = more;
  return rest;
}

/** After this no handle of it is good for anything. */
export function endTransaction(org: Org, transaction: SignInTransaction): void {
  discardCode(org, codePurpose(transaction));
  org.store.transactions.delete(transaction.id);
}

/** What the one-time codes of this sign-in are for. */
export function codePurpose(transaction: SignInTransaction): string {
  return PURPOSE + transaction.id;
}

/** The live transaction that a one-time code belongs to. */
export function findByCodePurpose(org: Org, purpose: string): SignInTransaction | undefined {
  return purpose.startsWith(PURPOSE) ? findByInteractionHandle(org, purpose.slice(PURPOSE.length)) : undefined;
}

/** A state handle whose sign-in goes on in another tab, so that the tab which still has it can be told. */
export interface TransferredHandle {
  /** The state handle. */
  id: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Takes a sign-in to another tab: it gets a new state handle, and the tab that knows the one before is out. */
export function transferTransaction(org: Org, transaction: SignInTransaction): SignInTransaction {
  const { transferredHandles } = org.store;
  const now = org.clock.now();
  dropExpiredRows(transferredHandles, now);
  transferredHandles.put({ id: transaction.stateHandle, expiresAt: now + lifetimeMs(org) });
  return org.store.transactions.patch(transaction.id, { stateHandle: newStateHandle(org) });
}

/** Recorded: `02.id.` and 40 characters. */
function newStateHandle(org: Org): string {
  return `02.id.${org.ids.opaque(40)}`;
}

function lifetimeMs(org: Org): number {
  return org.settings.transactionMinutes * 60_000;
}

/** Abandoned sign-ins are normal; the oldest go when a new one starts. */
function dropExpired(org: Org): void {
  for (const transaction of org.store.transactions.head(20)) {
    if (transaction.expiresAt <= org.clock.now()) endTransaction(org, transaction);
  }
}
