/**
 * Performs flows against an org, one after the other: a user's codes and lockout counters are shared state of the org,
 * so nothing is gained by doing two at once and much is lost.
 */

import { randomBytes } from 'node:crypto';
import { ManagementApiError, type OktaApi, OrgUnreachableError } from '../okta/api.ts';
import { addressFor } from '../shared/address.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { OrgproofError } from '../shared/errors.ts';
import { Redactor } from '../shared/redact.ts';
import { type FoundApp, findApp } from './app-lookup.ts';
import { BrowserPool } from './browser/launch.ts';
import type { CodeSource } from './codes/source.ts';
import { type Cause, diagnose, LiveOrg, type Locate, locateCause, type Place } from './diagnosis/index.ts';
import { openSignIn } from './drivers/index.ts';
import { prepareEvidence, writeEvidence } from './evidence/index.ts';
import type { Flow } from './flow.ts';
import type { Mismatch, Performance, TimelineStep } from './outcome.ts';
import {
  type DriverName,
  type FlowFailure,
  type FlowRecord,
  type FlowResult,
  type FlowStatus,
  summarize,
  type VerifyResult,
} from './result.ts';
import type { SignIn } from './screens.ts';
import {
  createEphemeralUser,
  EPHEMERAL_LOGIN_PREFIX,
  type EphemeralUser,
  findUser,
  PhoneNumbers,
  removeUser,
} from './users.ts';
import { type Credentials, performFlow } from './walker.ts';

/** What a run knows of a user that the org does not tell. */
export interface KnownUser {
  password?: string | undefined;
  /** E.164 */
  phone?: string | undefined;
}

export type VerifyProgress =
  | { kind: 'flow-started'; name: string; driver: DriverName }
  | { kind: 'step'; name: string; driver: DriverName; step: TimelineStep }
  | { kind: 'flow-ended'; result: FlowResult };

export interface VerifyOptions {
  /** `https://…`, no trailing slash. */
  orgUrl: string;
  api: OktaApi;
  flows: readonly Flow[];
  /** By login. */
  users: Readonly<Record<string, KnownUser>>;
  /** The redirect URI that each app uses, by label; the first one that the org has, where it is not given. */
  redirectUris?: Readonly<Record<string, string>> | undefined;
  /** Each flow is performed by each of these, in this order. */
  drivers: readonly DriverName[];
  codes: CodeSource;
  /** Maps a field of a declared object to its line in the config. */
  locate?: Locate | undefined;
  /** What else there is to say of the place that decides a failure, e.g. that the org differs from the config there. */
  remark?: ((place: Place) => Promise<string | undefined>) | undefined;
  /** Where results.json, junit.xml and report.html go; nothing is written when it is not given. */
  evidenceDir?: string | undefined;
  onProgress?: ((progress: VerifyProgress) => void) | undefined;
  /** Interrupted: the flow in progress is finished and its user removed, and no other is begun. */
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
  /** Path of a browser; one is looked for otherwise. */
  browser?: string | undefined;
  /** What a flow of the browser driver is when no browser is found; `error` unless said otherwise. */
  missingBrowser?: 'skip' | 'error' | undefined;
  /** Longest wait for one code, milliseconds; 15 s unless said otherwise. */
  codeTimeoutMs?: number | undefined;
  /** Gives the phone number that an ephemeral user enrols; by default one of the range reserved for fiction. */
  ephemeralPhone?: (() => string) | undefined;
}

/**
 * Performs every flow by every driver and diagnoses those that fail. Never throws for a flow; throws
 * {@link OrgUnreachableError} and {@link ManagementApiError} when the org cannot be reached or refuses the token, and
 * {@link OrgproofError} `code-source-not-ready` when no code could be received.
 */
export async function verify(options: VerifyOptions): Promise<VerifyResult> {
  await preflight(options.codes);
  if (options.evidenceDir !== undefined) await prepareEvidence(options.evidenceDir);
  const run = new Run(options);
  try {
    for (const driver of options.drivers) {
      for (const flow of options.flows) if (!options.signal?.aborted) await run.flow(flow, driver);
    }
  } finally {
    await run.close();
  }
  return run.finish();
}

async function preflight(codes: CodeSource): Promise<void> {
  try {
    await codes.preflight();
  } catch (error) {
    throw new OrgproofError(`the code source "${codes.name}" is not ready: ${messageOf(error)}`, {
      code: 'code-source-not-ready',
      hint: 'Mend it or choose another; without it no flow with a code can pass.',
      cause: error,
    });
  }
}

/** What came of a flow, before it is told without secrets. */
interface Verdict {
  status: FlowStatus;
  cause?: Cause;
  performance?: Performance;
  signIn?: SignIn;
}

class Run {
  private readonly options: VerifyOptions;
  private readonly clock: Clock;
  private readonly redactor = new Redactor();
  private readonly pool: BrowserPool;
  private readonly phones: PhoneNumbers;
  private readonly records: FlowRecord[] = [];
  private readonly warnings: string[] = [];
  private readonly id = randomBytes(4).toString('hex');
  private readonly startedAt: number;
  private ephemeralCount = 0;

  constructor(options: VerifyOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.startedAt = this.clock.now();
    this.pool = new BrowserPool(options.browser);
    const known = Object.values(options.users);
    this.phones = new PhoneNumbers(known.flatMap((user) => user.phone ?? []));
    for (const user of known) this.redactor.tell(user.password);
  }

  async flow(flow: Flow, driver: DriverName): Promise<void> {
    const { onProgress } = this.options;
    const start = this.clock.now();
    onProgress?.({ kind: 'flow-started', name: flow.name, driver });
    const { user, verdict } = await this.withUser(flow, (credentials) => this.attempt(flow, driver, credentials));
    const { performance, signIn, cause } = verdict;
    const result: FlowResult = {
      name: flow.name,
      driver,
      status: verdict.status,
      startedAt: new Date(start).toISOString(),
      durationMs: this.clock.now() - start,
      steps: performance?.timeline ?? [],
      offered: performance?.choices.map((choice) => choice.authenticators) ?? [],
      ...(performance?.screen?.kind === 'signed-in' ? { claims: performance.screen.claims } : {}),
      ...(cause === undefined ? {} : { failure: await this.failure(cause) }),
    };
    const record: FlowRecord = {
      result: this.redactor.json(result),
      user,
      app: flow.app,
      choices: performance?.choices ?? [],
      transcript: this.redactor.json([...(signIn?.transcript ?? [])]),
      screenshots: [...(signIn?.screenshots ?? [])],
    };
    this.records.push(record);
    onProgress?.({ kind: 'flow-ended', result: record.result });
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  async finish(): Promise<VerifyResult> {
    const flows = this.records.map((record) => record.result);
    const total = this.options.flows.length * this.options.drivers.length;
    if (flows.length < total) this.warnings.push(`interrupted: ${total - flows.length} of ${total} were not performed`);
    const summary = { ...summarize(flows), durationMs: this.clock.now() - this.startedAt };
    const result: VerifyResult = {
      formatVersion: 1,
      org: this.options.orgUrl,
      flows,
      summary,
      warnings: this.warnings.map((warning) => this.redactor.text(warning)),
    };
    if (this.options.evidenceDir === undefined) return result;
    const evidence = await writeEvidence(this.options.evidenceDir, result, this.records, this.startedAt);
    return { ...result, evidence };
  }

  /** Performs with the flow's user, an ephemeral one being there for so long and no longer. */
  private async withUser(
    flow: Flow,
    perform: (credentials: Credentials) => Promise<Verdict>,
  ): Promise<{ user: string; verdict: Verdict }> {
    const { api, users } = this.options;
    if (typeof flow.user === 'string') {
      const { password, phone } = users[flow.user] ?? {};
      let userId: string | undefined;
      try {
        userId = (await findUser(api, flow.user))?.id;
      } catch (error) {
        return { user: flow.user, verdict: this.notPrepared(error) };
      }
      return { user: flow.user, verdict: await perform({ login: flow.user, userId, password, phone }) };
    }
    this.ephemeralCount += 1;
    const login = `${EPHEMERAL_LOGIN_PREFIX}${this.id}-${this.ephemeralCount}@example.com`;
    const phone = this.options.ephemeralPhone?.() ?? this.phones.next();
    let user: EphemeralUser;
    try {
      user = await createEphemeralUser(api, { login, phone, groups: flow.user.groups });
    } catch (error) {
      if (this.isFatal(error)) throw error;
      return { user: login, verdict: creationFailed(flow, error) };
    }
    this.redactor.tell(user.password);
    try {
      return { user: login, verdict: await perform({ ...user, userId: user.id }) };
    } finally {
      await this.remove(user.id, login);
    }
  }

  private async remove(id: string, login: string): Promise<void> {
    try {
      await removeUser(this.options.api, id);
    } catch (error) {
      this.warnings.push(`ephemeral user ${login} could not be deleted: ${messageOf(error)}`);
    }
  }

  private async attempt(flow: Flow, driver: DriverName, credentials: Credentials): Promise<Verdict> {
    try {
      return await this.perform(flow, driver, credentials);
    } catch (error) {
      return this.notPrepared(error);
    }
  }

  /** The flow could not be performed for what the org said, or did not say, beside the sign-in. */
  private notPrepared(error: unknown): Verdict {
    if (this.isFatal(error)) throw error;
    if (error instanceof OrgproofError) {
      return { status: 'failed', cause: { code: error.code, message: error.message, hint: error.hint ?? '' } };
    }
    const hint = 'The sign-in could not be prepared or explained; the flow itself may be fine.';
    return { status: 'error', cause: { code: 'management-api-error', message: messageOf(error), hint } };
  }

  private async perform(flow: Flow, driver: DriverName, credentials: Credentials): Promise<Verdict> {
    const { api } = this.options;
    const app = await findApp(api, flow.app, this.options.redirectUris?.[flow.app]);
    if (app === undefined) return { status: 'failed', cause: appMissing(flow) };
    if (credentials.userId === undefined) return { status: 'failed', cause: userMissing(credentials.login) };
    this.redactor.tell(app.settings.clientSecret);
    const opened = await this.open(driver, app);
    if ('status' in opened) return opened;
    try {
      const performance = await this.walk(flow, driver, opened, credentials);
      return {
        ...(await this.judge(flow, performance, new LiveOrg(api, app.application, credentials.login))),
        signIn: opened,
      };
    } finally {
      await opened.close().catch((error: unknown) => this.warnings.push(`${driver} driver: ${messageOf(error)}`));
    }
  }

  private async open(driver: DriverName, app: FoundApp): Promise<SignIn | Verdict> {
    try {
      return await openSignIn(driver, app.settings, this.pool);
    } catch (error) {
      if (error instanceof OrgproofError && error.code === 'browser-not-found') {
        const status = this.options.missingBrowser === 'skip' ? 'skipped' : 'error';
        return { status, cause: { code: error.code, message: error.message, hint: error.hint ?? '' } };
      }
      return { status: 'error', cause: driverBroke(driver, error) };
    }
  }

  private walk(flow: Flow, driver: DriverName, signIn: SignIn, credentials: Credentials): Promise<Performance> {
    const { codes, codeTimeoutMs, onProgress } = this.options;
    return performFlow(flow, {
      signIn,
      credentials,
      codes,
      clock: this.clock,
      onSecret: (secret) => this.redactor.tell(secret),
      onStep: (step) => onProgress?.({ kind: 'step', name: flow.name, driver, step: this.redactor.json(step) }),
      ...(codeTimeoutMs === undefined ? {} : { codeTimeoutMs }),
    });
  }

  private async judge(flow: Flow, performance: Performance, org: LiveOrg): Promise<Verdict> {
    if (performance.error !== undefined) return { status: 'error', cause: performance.error, performance };
    if (performance.mismatch === undefined) return { status: 'passed', performance };
    const cause = await diagnose(flow, performance.mismatch, org).catch((error: unknown) => {
      if (this.isFatal(error)) throw error;
      return undiagnosed(performance.mismatch, error);
    });
    return { status: 'failed', cause, performance };
  }

  /**
   * Whether the run cannot go on: nothing was performed yet, and the org is not there or refuses the token. Once a flow
   * has a result, later trouble is that of its flow, and what was found out is kept.
   */
  private isFatal(error: unknown): boolean {
    if (this.records.length > 0) return false;
    if (error instanceof OrgUnreachableError) return true;
    return error instanceof ManagementApiError && [401, 403].includes(error.status);
  }

  private async failure({ code, message, hint, place }: Cause): Promise<FlowFailure> {
    const source = locateCause(this.options.locate, place);
    const remark = place && (await this.options.remark?.(place).catch(() => undefined));
    return {
      code,
      message,
      hint: remark === undefined ? hint : `${remark} ${hint}`,
      ...(source === undefined ? {} : { source }),
    };
  }
}

/** The user of a flow could not be made. */
function creationFailed(flow: Flow, error: unknown): Verdict {
  const where: Place = { address: addressFor('flow', flow.name), path: 'user' };
  if (error instanceof OrgproofError) {
    return {
      status: 'failed',
      cause: { code: error.code, message: error.message, hint: error.hint ?? '', place: where },
    };
  }
  const hint = 'Ephemeral users need the right to create users; an Integrator org holds ten active ones at most.';
  return { status: 'error', cause: { code: 'user-not-created', message: messageOf(error), hint, place: where } };
}

/** The flow failed all the same, so the result must say what is known. */
function undiagnosed(mismatch: Mismatch | undefined, error: unknown): Cause {
  return {
    code: 'undiagnosed',
    message: `The flow failed (${mismatch?.kind}), and the org could not be read to say why: ${messageOf(error)}`,
    hint: 'The timeline shows the screen at which it failed.',
  };
}

function appMissing(flow: Flow): Cause {
  return {
    code: 'app-missing',
    message: `The org has no OIDC app "${flow.app}".`,
    hint: 'Apply the config first, or name an app that exists.',
    place: { address: addressFor('app', flow.app), path: '' },
  };
}

function userMissing(login: string): Cause {
  return {
    code: 'user-missing',
    message: `The org has no user ${login}.`,
    hint: 'Apply the config first, or use an ephemeral user.',
    place: { address: addressFor('user', login), path: '' },
  };
}

function driverBroke(driver: DriverName, error: unknown): Cause {
  return {
    code: 'driver-error',
    message: `The ${driver} driver did not start: ${messageOf(error)}`,
    hint: 'Run the flow by the sdk driver to see whether the org is at fault.',
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
