/** A whole IDX document: the frame that every answer shares, around the screen of the moment. */
import type { IdxAction, IdxMessage, IdxResponse, IdxUser } from '../../wire/idx.ts';
import { issuerOf, ORG_SERVER, serverById } from '../oauth/servers.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity, UserEntity } from '../store/entities.ts';
import {
  enrollProfileScreen,
  identifyRecoveryScreen,
  newPasswordScreen,
  recoveryAuthenticator,
  selectUnlockScreen,
} from './account-screens.ts';
import { FormMaker } from './forms.ts';
import type { IdxRefusal } from './refusals.ts';
import { profileAttributes, registrationOffered } from './registration.ts';
import {
  challengePollScreen,
  challengeScreen,
  enrollCodeScreen,
  enrollmentDataScreen,
  identifyScreen,
  type Screen,
  selectEnrollScreen,
  selectScreen,
  setupScreen,
  verificationDataScreen,
} from './screens.ts';
import { appOf, type Situation, situationOf } from './situation.ts';
import type { SignInTransaction } from './transaction.ts';

/** Times in IDX documents have millisecond form and second precision, as everywhere in Okta. */
function expiry(transaction: SignInTransaction): string {
  return new Date(Math.floor(transaction.expiresAt / 1000) * 1000).toISOString();
}

/** The current screen of a sign-in, with the message of a refusal if there was one. */
export function currentDocument(
  org: Org,
  transaction: SignInTransaction,
  baseUrl: string,
  refusal?: IdxRefusal,
): IdxResponse {
  const app = appOf(org, transaction);
  const situation = transaction.userId === undefined ? undefined : situationOf(org, transaction);
  const fields = refusal?.options.fields;
  const message = fields ? undefined : refusal?.toMessage();
  const make = new FormMaker(baseUrl, transaction.stateHandle);
  const onField = refusal?.options.onField ? message : undefined;
  return {
    ...frame(transaction),
    ...screenOf(org, make, transaction, situation, { onField, fields }),
    ...(transaction.purpose === 'recovery' ? recoveryAuthenticator(org, situation?.user) : {}),
    ...(message && !onField ? messages(message) : {}),
    ...shownUser(transaction, situation?.user),
    cancel: make.form('cancel', 'cancel'),
    ...shownApp(app),
    ...authentication(org, transaction, baseUrl),
  };
}

function screenOf(
  org: Org,
  make: FormMaker,
  transaction: SignInTransaction,
  situation: Situation | undefined,
  faults: Faults,
): Screen {
  if (!situation) return screenForNobody(org, make, transaction, faults);
  const message = faults.onField;
  const { step } = transaction;
  switch (step) {
    case 'resetPassword':
    case 'expiredPassword':
    case 'expiringPassword':
      return newPasswordScreen(org, make, { ...transaction, step }, situation.user, message);
    case 'verificationData':
      return verificationDataScreen(org, make, transaction, situation);
    case 'challengePassword':
    case 'challengeCode':
      return challengeScreen(org, make, transaction, situation, message);
    case 'challengePoll':
      return challengePollScreen(org, make, transaction, situation);
    case 'enrollChannel':
    case 'enrollPoll':
      return setupScreen(org, make, { ...transaction, step }, situation);
    case 'selectEnroll':
      return selectEnrollScreen(org, make, situation);
    case 'enrollmentData':
      return enrollmentDataScreen(org, make, transaction, situation);
    case 'enrollCode':
      return enrollCodeScreen(org, make, transaction, situation, message);
    default:
      return selectScreen(org, make, situation);
  }
}

/** What a refusal says about fields: about the one to answer in, or by name. */
interface Faults {
  onField: IdxMessage | undefined;
  fields: ReadonlyMap<string, IdxMessage[]> | undefined;
}

/** The screens before anyone is known. */
function screenForNobody(org: Org, make: FormMaker, transaction: SignInTransaction, { fields }: Faults): Screen {
  const app = appOf(org, transaction);
  switch (transaction.step) {
    case 'identifyRecovery':
      return identifyRecoveryScreen(make);
    case 'selectUnlock':
      return selectUnlockScreen(org, make);
    case 'enrollProfile':
      return enrollProfileScreen(make, profileAttributes(org, app), fields);
    default:
      return identifyScreen(org, make, transaction, registrationOffered(org, app));
  }
}

/** The end of a sign-in: the code that the client redeems at the token endpoint. */
export function successDocument(
  org: Org,
  transaction: SignInTransaction,
  situation: Situation,
  baseUrl: string,
  code: string,
): IdxResponse {
  const make = new FormMaker(baseUrl, transaction.stateHandle);
  return {
    ...frame(transaction),
    ...shownUser(transaction, situation.user),
    cancel: make.form('cancel', 'cancel'),
    ...shownApp(situation.app),
    ...authentication(org, transaction, baseUrl),
    ...(transaction.hosted
      ? { success: redirectAction(transaction, baseUrl) }
      : { successWithInteractionCode: issueAction(transaction, situation.app, baseUrl, code) }),
  };
}

/** On the hosted page the browser fetches its code by a redirect. */
function redirectAction(transaction: SignInTransaction, baseUrl: string): NonNullable<IdxResponse['success']> {
  const query = new URLSearchParams({ stateToken: transaction.stateHandle });
  return {
    name: 'success-redirect',
    href: `${baseUrl}/login/token/redirect?${query}`,
    method: 'GET',
    accepts: 'application/json; okta-version=1.0.0',
  };
}

function issueAction(transaction: SignInTransaction, app: ApplicationEntity, baseUrl: string, code: string): IdxAction {
  const isPublic = app.credentials.oauthClient?.token_endpoint_auth_method === 'none';
  const path = transaction.serverId === ORG_SERVER ? '/oauth2/v1/token' : `/oauth2/${transaction.serverId}/v1/token`;
  return {
    rel: ['create-form'],
    name: 'issue',
    href: baseUrl + path,
    method: 'POST',
    value: [
      { name: 'grant_type', required: true, value: 'interaction_code' },
      { name: 'interaction_code', required: true, value: code },
      { name: 'client_id', required: true, value: transaction.clientId },
      ...(isPublic ? [] : [{ name: 'client_secret', required: true }]),
      { name: 'code_verifier', required: true },
    ],
    accepts: 'application/x-www-form-urlencoded',
  };
}

/** Messages and no form: the sign-in ended, or cannot go on from here. */
export function messageDocument(refusal: IdxRefusal, transaction?: SignInTransaction): IdxResponse {
  const shown = transaction && refusal.aftermath === 'hold' ? frame(transaction) : { version: '1.0.0' as const };
  return { ...shown, ...messages(refusal.toMessage()), ...(transaction ? failure(refusal, transaction) : {}) };
}

/** Where a redirecting client would send the browser: back to the app with an OAuth error. */
function failure(refusal: IdxRefusal, transaction: SignInTransaction): Pick<IdxResponse, 'failure'> {
  const { failure: error } = refusal.options;
  if (!error) return {};
  const url = new URL(transaction.redirectUri);
  url.searchParams.set('error', error);
  url.searchParams.set('error_description', refusal.message);
  if (transaction.state !== undefined) url.searchParams.set('state', transaction.state);
  return { failure: { name: 'failure-redirect', href: url.href } };
}

function frame(transaction: SignInTransaction): Pick<IdxResponse, 'version' | 'stateHandle' | 'expiresAt' | 'intent'> {
  return { version: '1.0.0', stateHandle: transaction.stateHandle, expiresAt: expiry(transaction), intent: 'LOGIN' };
}

function messages(message: IdxMessage): Pick<IdxResponse, 'messages'> {
  return { messages: { type: 'array', value: [message] } };
}

/** The typed identifier alone until something is proven, so that nobody learns a name by typing a login. */
function shownUser(transaction: SignInTransaction, user: UserEntity | undefined): Pick<IdxResponse, 'user'> {
  const identifier = user?.profile.login ?? transaction.identifier;
  if (identifier === undefined) return {};
  if (!user || transaction.verified.length === 0) {
    return { user: { type: 'object', value: { identifier: transaction.identifier ?? identifier } } };
  }
  const { firstName, lastName, timezone, locale } = user.profile;
  const value: IdxUser = {
    id: user.id,
    identifier,
    profile: {
      ...(firstName ? { firstName } : {}),
      ...(lastName ? { lastName } : {}),
      timeZone: typeof timezone === 'string' ? timezone : 'America/Los_Angeles',
      locale: typeof locale === 'string' ? locale : 'en_US',
    },
  };
  return { user: { type: 'object', value } };
}

function shownApp(app: ApplicationEntity): Pick<IdxResponse, 'app'> {
  return { app: { type: 'object', value: { name: app.name, label: app.label, id: app.id } } };
}

/** The request that this sign-in serves (newer orgs, recorded 2022). */
function authentication(
  org: Org,
  transaction: SignInTransaction,
  baseUrl: string,
): Pick<IdxResponse, 'authentication'> {
  const server = serverById(org, transaction.serverId);
  if (!server) return {};
  const { scopes, redirectUri, state, nonce, codeChallenge, maxAge, acr } = transaction;
  const request = {
    max_age: maxAge,
    scope: scopes.join(' '),
    response_type: 'code',
    redirect_uri: redirectUri,
    ...(state === undefined ? {} : { state }),
    ...(codeChallenge === undefined ? {} : { code_challenge_method: 'S256', code_challenge: codeChallenge }),
    response_mode: transaction.hosted?.responseMode ?? 'query',
    ...(nonce === undefined ? {} : { nonce }),
    ...(acr === undefined ? {} : { acr_values: acr }),
  };
  const issuer = { id: server.id, name: server.name, uri: issuerOf(server, baseUrl) };
  return { authentication: { type: 'object', value: { protocol: 'OAUTH2.0', issuer, request } } };
}
