/** Which org a command works on: flags, then the environment, then ~/.okta/okta.yaml, as Okta's SDKs do. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Emulator } from '../emulator/index.ts';
import type { Declared } from '../engine/kind.ts';
import type { OktaApi } from '../okta/api.ts';
import type { Credentials, Target } from '../okta/client.ts';
import { fileLedger, type Ledger, memoryLedger } from '../provision/ledger.ts';
import { withOrgLock } from '../provision/lock.ts';
import { fileRecords, memoryRecords, type Records } from '../provision/records.ts';
import { usageError } from '../shared/errors.ts';
import type { Io } from './io.ts';
import type { OutputArgs, TargetArgs } from './options.ts';

/** An org that a command is connected to. */
export interface Connection {
  api: OktaApi;
  ledger: Ledger;
  records: Records;
  /** Of the service app that we are; undefined for an API token. */
  clientId: string | undefined;
}

/** Where orgproof keeps what it must remember between runs, relative to the working directory. */
export const STATE_FOLDER = '.orgproof';

/** What a command does with an org. */
export interface Access {
  /** `write`: nobody else on this machine may write to the org at the same time. */
  use?: 'read' | 'write';
  /** What it is about: a service app asks for the scopes of that, unless its settings say otherwise. All kinds if not given. */
  declared?: readonly Declared[];
}

/**
 * Connects, runs `work`, and stops the embedded org if one was started. API failures come out with their remedy.
 * @throws OrgproofError `org-locked` (exit 4) when somebody does
 */
export async function withOrg<Result>(
  args: TargetArgs & Pick<OutputArgs, 'verbose'>,
  io: Io,
  work: (connection: Connection) => Promise<Result>,
  { use = 'read', declared }: Access = {},
): Promise<Result> {
  const emulator = await startEmulatorFor(args, io);
  const target = emulator
    ? { orgUrl: emulator.url, credentials: { mode: 'SSWS' as const, token: emulator.token } }
    : await resolveTarget(args, declared, io);
  const { credentials } = target;
  io.hide(credentials.mode === 'PrivateKey' ? credentials.privateKey : ofOkta(credentials.token));
  const [{ connect }, { explainApiError }] = await Promise.all([
    import('../okta/client.ts'),
    import('../okta/explain.ts'),
  ]);
  try {
    const api = await connect(target, {
      maxCapacity: args['max-capacity'],
      onWait: ({ bucket, seconds }) =>
        io.warn(
          `waiting ${seconds} s for ${bucket ? `the rate limit of ${bucket}` : 'the org: too many requests at once'}`,
        ),
    });
    const kept = keptFor(args, target, emulator !== undefined);
    const clientId = 'clientId' in target.credentials ? target.credentials.clientId : undefined;
    const run = () => work({ api, ...kept, clientId });
    return await (use === 'write' && kept.org !== undefined ? withOrgLock(kept.org, run) : run()).finally(() => {
      if (args.verbose)
        for (const sent of api.requests) io.warn(`${sent.method} ${sent.path} ${sent.status ?? 'no answer'}`);
    });
  } catch (error) {
    throw explainApiError(error, target.orgUrl);
  } finally {
    await emulator?.stop();
  }
}

/**
 * A token, if Okta made it: those have 42 characters (documented). One that somebody chose for an emulator may be a word,
 * which would be masked wherever it stands.
 */
function ofOkta(token: string): string | undefined {
  return token.length < 20 ? undefined : token;
}

/** What is kept between runs; an org that ends with the command has no name, and nothing to keep. */
function keptFor(
  args: TargetArgs,
  target: Target,
  embedded: boolean,
): { org: string | undefined; ledger: Ledger; records: Records } {
  const state = args['emulator-state'];
  if (embedded && state === undefined) return { org: undefined, ledger: memoryLedger(), records: memoryRecords() };
  // An embedded org has another port each time; the file that keeps it is what stays.
  const org = state === undefined ? target.orgUrl : resolve(state);
  return {
    org,
    ledger: fileLedger(join(STATE_FOLDER, 'ledger.json'), org),
    records: fileRecords(join(STATE_FOLDER, 'applies'), org),
  };
}

async function startEmulatorFor(args: TargetArgs, io: Io): Promise<Emulator | undefined> {
  const state = args['emulator-state'];
  if (!args.emulator && state === undefined) return undefined;
  if (args['org-url'] !== undefined)
    throw usageError('--org-url and --emulator name two orgs', 'leave one of them out');
  const { startEmulator } = await import('../emulator/index.ts');
  const emulator = await startEmulator(state === undefined ? {} : { state });
  io.info(io.paint('dim', `embedded org at ${emulator.url}${state === undefined ? '' : `, kept in ${state}`}`));
  return emulator;
}

/** @throws OrgproofError (exit 5) when no org or no credentials are named, or the URL is not one */
async function resolveTarget(
  args: Pick<TargetArgs, 'org-url' | 'token'>,
  declared: readonly Declared[] | undefined,
  io: Pick<Io, 'warn'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Target> {
  const file = await readOktaYaml();
  const url = args['org-url'] ?? env.OKTA_CLIENT_ORGURL ?? file.orgUrl;
  if (!url)
    throw usageError('no org is named', 'pass --org-url or set OKTA_CLIENT_ORGURL; --emulator uses an embedded one');
  return { orgUrl: normalizeOrgUrl(url, io), credentials: await resolveCredentials(args.token, declared, env, file) };
}

async function resolveCredentials(
  token: string | undefined,
  declared: readonly Declared[] | undefined,
  env: NodeJS.ProcessEnv,
  file: OktaYaml,
): Promise<Credentials> {
  const mode = token === undefined ? (env.OKTA_CLIENT_AUTHORIZATIONMODE ?? file.authorizationMode) : 'SSWS';
  if (mode !== 'PrivateKey') {
    const value = token ?? env.OKTA_CLIENT_TOKEN ?? file.token;
    if (!value) throw usageError('no API token is given', 'pass --token or set OKTA_CLIENT_TOKEN');
    return { mode: 'SSWS', token: value };
  }
  const clientId = env.OKTA_CLIENT_CLIENTID ?? file.clientId;
  const privateKey = env.OKTA_CLIENT_PRIVATEKEY ?? file.privateKey;
  if (!clientId || !privateKey) {
    throw usageError(
      'PrivateKey mode needs a client id and a key',
      'set OKTA_CLIENT_CLIENTID and OKTA_CLIENT_PRIVATEKEY',
    );
  }
  const { scopesToAsk } = await import('../provision/scopes.ts');
  const scopes = env.OKTA_CLIENT_SCOPES?.split(/[\s,]+/).filter(Boolean) ?? file.scopes ?? scopesToAsk(declared);
  const keyId = env.OKTA_CLIENT_KEYID ?? file.keyId;
  return { mode: 'PrivateKey', clientId, privateKey: pemOf(privateKey), scopes, ...(keyId ? { keyId } : {}) };
}

/** A PEM in one line, as variables of CI systems hold it, has its line ends written out. */
function pemOf(key: string): string {
  return key.trimStart().startsWith('-----BEGIN') ? key.replaceAll('\\n', '\n') : key;
}

function normalizeOrgUrl(url: string, io: Pick<Io, 'warn'>): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw usageError(`"${url}" is not an org URL`, 'write it as https://your-org.okta.com');
  }
  const parsed = new URL(url);
  if (parsed.pathname !== '/' || parsed.search !== '') {
    throw usageError(`"${url}" is more than an org URL`, `did you mean ${parsed.origin}?`);
  }
  const host = parsed.hostname.replace(/^([^.]+)-admin\./, '$1.');
  if (host !== parsed.hostname) {
    io.warn(`note: ${parsed.hostname} is the Admin Console; using ${host}`);
    parsed.hostname = host;
  }
  if (parsed.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname)) {
    throw usageError(`${parsed.origin} would send the token in clear`, 'use https://');
  }
  return parsed.origin;
}

interface OktaYaml {
  orgUrl?: string;
  token?: string;
  authorizationMode?: string;
  clientId?: string;
  privateKey?: string;
  keyId?: string;
  scopes?: string[];
}

/** `okta.client.*` of ~/.okta/okta.yaml, which Okta's CLI and SDKs write. */
async function readOktaYaml(): Promise<OktaYaml> {
  const file = join(homedir(), '.okta', 'okta.yaml');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const [error] = document.errors;
  // The library's message shows the lines around, and those hold the token.
  if (error)
    throw usageError(
      `${file}:${error.linePos?.[0].line ?? 1}: not well-formed YAML`,
      'mend it, or pass --org-url and --token',
    );
  const content = document.toJS() as { okta?: { client?: OktaYaml } } | null;
  return content?.okta?.client ?? {};
}
