/** `/idp/idx/*`: the sign-in pipeline over HTTP. Every answer is an IDX document, refusals and defects too. */
import { Hono } from 'hono';
import type { IdxResponse } from '../../wire/idx.ts';
import type { AppContext, AppEnv } from '../http/context.ts';
import type { Org } from '../org.ts';
import {
  backToIdentify,
  beginRegistration,
  beginUnlock,
  challengeForUnlock,
  recover,
  register,
} from './account-flow.ts';
import { clientFacts, isBlocked } from './client.ts';
import { currentDocument, messageDocument, successDocument } from './document.ts';
import { leaveSession } from './finish.ts';
import { type AuthenticatorChoice, answer, enroll, identify, poll, resend, skip } from './flow.ts';
import { ION_JSON } from './forms.ts';
import type { Outcome } from './move.ts';
import { giveSetupAddress } from './okta-verify-flow.ts';
import type { GivenCredentials } from './proof.ts';
import { IdxRefusal, refusals } from './refusals.ts';
import { resumeBySession } from './resume.ts';
import { mayHaveTokens } from './situation.ts';
import {
  endTransaction,
  findByInteractionHandle,
  findByStateHandle,
  noteClient,
  restartTransaction,
  type SignInTransaction,
  startTransaction,
} from './transaction.ts';

type Body = Readonly<Record<string, unknown>>;
type Submit = (transaction: SignInTransaction, body: Body) => Outcome | Promise<Outcome>;

export function idxRoutes(org: Org): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const on = (path: string, submit: Submit) => routes.post(`/idp/idx/${path}`, (c) => handle(c, org, submit));
  routes.post('/idp/idx/introspect', (c) => introspect(c, org));
  on('identify', (transaction, body) => {
    const identifier = text(body.identifier);
    if (!identifier) throw refusals.badRequest();
    const { passcode } = credentials(body);
    const { rememberMe: remember } = body;
    return identify(org, transaction, identifier, {
      ...(passcode === undefined ? {} : { passcode }),
      ...(typeof remember === 'boolean' ? { remember } : {}),
    });
  });
  on('challenge', (transaction, body) => challengeForUnlock(org, transaction, text(body.identifier), choice(body)));
  on('challenge/answer', (transaction, body) => answer(org, transaction, credentials(body)));
  on('challenge/resend', (transaction) => resend(org, transaction));
  on('challenge/poll', (transaction) => poll(org, transaction));
  on('authenticators/poll', (transaction) => poll(org, transaction));
  on('credential/enroll', (transaction, body) => {
    if (body.authenticator !== undefined) return enroll(org, transaction, choice(body));
    return giveSetupAddress(org, transaction, address(body));
  });
  on('skip', (transaction) => skip(org, transaction));
  on('cancel', (transaction) => {
    endTransaction(org, transaction);
    return { transaction: startTransaction(org, requestOf(transaction)) };
  });
  on('recover', (transaction) => recover(org, transaction));
  on('enroll', (transaction) => beginRegistration(org, transaction));
  on('enroll/new', (transaction, body) => register(org, transaction, record(body.userProfile)));
  on('identify/select', (transaction) => backToIdentify(org, transaction));
  on('unlock-account', (transaction) => beginUnlock(org, transaction));
  return routes;
}

/** Resumes a sign-in at its current screen, by interaction handle or (as the widget does) by state handle. */
async function introspect(c: AppContext, org: Org): Promise<Response> {
  const body = await readBody(c);
  return respond(c, org, body, body && lookUp(org, body), (transaction) => {
    if (transaction.step === 'success') throw refusals.expired();
    if (!mayHaveTokens(org, transaction)) throw refusals.noMatchingPolicy();
    return resumeBySession(c, org, transaction);
  });
}

function lookUp(org: Org, body: Body): SignInTransaction | undefined {
  const interactionHandle = text(body.interactionHandle);
  if (interactionHandle !== undefined) return findByInteractionHandle(org, interactionHandle);
  const stateToken = text(body.stateToken) ?? text(body.stateHandle);
  return stateToken === undefined ? undefined : findByStateHandle(org, stateToken);
}

/** Why there is no such sign-in, or no longer. */
function goneFor(org: Org, body: Body | undefined): IdxRefusal {
  const stateHandle = text(body?.stateHandle) ?? text(body?.stateToken) ?? '';
  return org.store.transferredHandles.get(stateHandle) ? refusals.transferred() : refusals.expired();
}

async function handle(c: AppContext, org: Org, submit: Submit): Promise<Response> {
  const body = await readBody(c);
  if (!body) return send(c, 400, messageDocument(refusals.badRequest()));
  const stateHandle = text(body.stateHandle);
  const transaction = stateHandle === undefined ? undefined : findByStateHandle(org, stateHandle);
  return respond(c, org, body, transaction, (live) => submit(live, body));
}

async function respond(
  c: AppContext,
  org: Org,
  body: Body | undefined,
  transaction: SignInTransaction | undefined,
  work: (transaction: SignInTransaction) => Outcome | Promise<Outcome>,
): Promise<Response> {
  const baseUrl = c.get('baseUrl');
  try {
    if (!transaction) throw goneFor(org, body);
    const client = clientFacts(c, org);
    if (isBlocked(org, client)) throw refusals.accessDenied();
    const outcome = await work(noteClient(org, transaction, client));
    if ('code' in outcome) {
      leaveSession(c, org, outcome);
      return send(c, 200, successDocument(org, outcome.transaction, outcome.situation, baseUrl, outcome.code));
    }
    return send(c, 200, currentDocument(org, outcome.transaction, baseUrl));
  } catch (error) {
    return refuse(c, org, transaction, error);
  }
}

function refuse(c: AppContext, org: Org, transaction: SignInTransaction | undefined, error: unknown): Response {
  const refusal = error instanceof IdxRefusal ? error : refusals.serverError();
  if (!(error instanceof IdxRefusal) || refusal.status === 501)
    org.log(`${c.req.method} ${c.req.path}: ${describe(error)}`);
  const live = transaction && org.store.transactions.get(transaction.id);
  try {
    return send(c, refusal.status, refusalDocument(org, live, refusal, c.get('baseUrl')));
  } catch (second) {
    const worse = second instanceof IdxRefusal ? second : refusals.serverError();
    return send(c, worse.status, messageDocument(worse));
  }
}

function refusalDocument(
  org: Org,
  live: SignInTransaction | undefined,
  refusal: IdxRefusal,
  baseUrl: string,
): IdxResponse {
  if (live && refusal.aftermath === 'stay') return currentDocument(org, live, baseUrl, refusal);
  if (live && refusal.aftermath === 'restart')
    return currentDocument(org, restartTransaction(org, live), baseUrl, refusal);
  if (live && refusal.aftermath === 'end') endTransaction(org, live);
  return messageDocument(refusal, live);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error instanceof IdxRefusal ? error.message : String(error.stack)) : String(error);
}

function send(c: AppContext, status: IdxRefusal['status'], document: IdxResponse): Response {
  return c.body(JSON.stringify(document), status, { 'Content-Type': ION_JSON });
}

async function readBody(c: AppContext): Promise<Body | undefined> {
  try {
    const value: unknown = JSON.parse(await c.req.text());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

const CREDENTIALS = [
  'passcode',
  'totp',
  'answer',
  'questionKey',
  'question',
  'clientData',
  'attestation',
  'authenticatorData',
  'signatureData',
] as const;

function credentials(body: Body): GivenCredentials {
  const given: GivenCredentials = {};
  for (const name of CREDENTIALS) {
    const value = text(member(body.credentials, name));
    if (value !== undefined) given[name] = value;
  }
  return member(body.credentials, 'revokeSessions') === true ? { ...given, revokeSessions: true } : given;
}

function choice(body: Body): AuthenticatorChoice {
  const id = text(member(body.authenticator, 'id'));
  if (id === undefined) throw refusals.badRequest();
  const found: AuthenticatorChoice = { id };
  for (const name of ['methodType', 'enrollmentId', 'phoneNumber', 'channel'] as const) {
    const value = text(member(body.authenticator, name));
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** Where the link that sets up Okta Verify is to go. */
function address({ email, phoneNumber }: Body): Parameters<typeof giveSetupAddress>[2] {
  const [byEmail, bySms] = [text(email), text(phoneNumber)];
  return {
    ...(byEmail === undefined ? {} : { email: byEmail }),
    ...(bySms === undefined ? {} : { phoneNumber: bySms }),
  };
}

function requestOf(transaction: SignInTransaction): Parameters<typeof startTransaction>[1] {
  const { clientId, serverId, scopes, redirectUri, maxAge } = transaction;
  const { state, nonce, codeChallenge, acr, client, hosted } = transaction;
  return {
    clientId,
    serverId,
    scopes,
    redirectUri,
    maxAge,
    ...(state === undefined ? {} : { state }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(codeChallenge === undefined ? {} : { codeChallenge }),
    ...(acr === undefined ? {} : { acr }),
    ...(client === undefined ? {} : { client }),
    // who leaves the sign-in begins the next one as a stranger
    ...(hosted === undefined ? {} : { hosted: { ...hosted, fresh: true } }),
  };
}
