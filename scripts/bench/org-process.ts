/**
 * An org in a process of its own, so that its CPU time and memory are its own. It is filled through its snapshot: a user with
 * a phone is multiplied, which would take hours by requests, since every password is hashed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadConfig } from '../../src/config/load.ts';
import { connect } from '../../src/okta/client.ts';
import { applyOrg, planOrg } from '../../src/provision/index.ts';
import { memoryLedger } from '../../src/provision/ledger.ts';

export const PASSWORD = 'Correct-Horse-9';
const CONFIG = 'config/password-phone.yaml';
const TEMPLATE_LOGIN = 'mary@example.com';

const PROGRAM = `
import { startEmulator } from './dist/emulator/index.js';
const emulator = await startEmulator();
process.on('message', (question) => {
  const { user, system } = process.cpuUsage();
  // The CPU time is read first: the collection is not what is measured.
  if (question === 'memory') globalThis.gc();
  process.send({ cpuMs: (user + system) / 1000, heapMb: process.memoryUsage().heapUsed / 1e6 });
});
process.send({ url: emulator.url, token: emulator.token });
`;

export interface Usage {
  /** CPU time of the process since its start, all threads. */
  cpuMs: number;
  heapMb: number;
}

interface Row {
  id: string;
  [member: string]: unknown;
}

interface SnapshotBody {
  collections: Record<string, Row[]>;
  relations: Record<string, [string, string][]>;
}

export class OrgProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly url: string;
  readonly token: string;

  private constructor(child: ChildProcess, { url, token }: { url: string; token: string }) {
    this.#child = child;
    this.url = url;
    this.token = token;
  }

  /** A fresh org with the guide's config applied, in one thread for JavaScript and one for hashes. */
  static async start(): Promise<OrgProcess> {
    const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', PROGRAM], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    });
    const [ready] = (await once(child, 'message')) as [{ url: string; token: string }];
    const org = new OrgProcess(child, ready);
    const api = await connect({ orgUrl: org.url, credentials: { mode: 'SSWS', token: org.token } });
    const config = loadConfig({ paths: [CONFIG], env: { MARY_PASSWORD: PASSWORD } });
    const ledger = memoryLedger();
    await applyOrg(await planOrg({ config, api, ledger }), { api, ledger });
    return org;
  }

  /** `memory` collects garbage before it looks at the heap. */
  async usage(question: 'cpu' | 'memory' = 'cpu'): Promise<Usage> {
    this.#child.send(question);
    const [usage] = (await once(this.#child, 'message')) as [Usage];
    return usage;
  }

  async get<T>(path: string): Promise<{ body: T; headers: Headers }> {
    const response = await fetch(new URL(path, this.url), { headers: { Authorization: `SSWS ${this.token}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return { body: (await response.json()) as T, headers: response.headers };
  }

  /** The org with `count` users like the config's, each with an SMS number of their own. */
  async multiplyUsers(count: number): Promise<void> {
    await this.#change(({ collections, relations }) => {
      const users = collections.users ?? [];
      const mary = users.find((row) => (row.profile as { login: string }).login === TEMPLATE_LOGIN);
      const sms = collections.factors?.find((row) => row.userId === mary?.id && row.factorType === 'sms');
      const groups = relations.memberships?.filter(([, user]) => user === mary?.id).map(([group]) => group) ?? [];
      if (!mary || !sms) throw new Error(`${CONFIG} has no ${TEMPLATE_LOGIN} with a phone`);
      for (let index = users.length; index < count; index += 1) {
        const { login, phone, id } = benchUser(index);
        users.push({ ...mary, id, profile: { ...(mary.profile as object), login, email: login } });
        collections.factors?.push({
          ...sms,
          id: `sms${id.slice(3)}`,
          userId: id,
          profile: { phoneNumber: phone },
        });
        for (const group of groups) relations.memberships?.push([group, id]);
      }
    });
  }

  async multiplyApps(count: number): Promise<void> {
    await this.#change(({ collections }) => {
      const apps = collections.apps ?? [];
      const template = apps.at(-1);
      if (!template) throw new Error('the org has no app');
      for (let index = apps.length; index < count; index += 1) {
        const id = `0oa${String(index).padStart(17, '0')}`;
        const credentials = template.credentials as { oauthClient: object };
        const oauthClient = { ...credentials.oauthClient, client_id: id };
        apps.push({ ...template, id, label: `App ${index}`, credentials: { ...credentials, oauthClient } });
      }
    });
  }

  async #change(change: (snapshot: SnapshotBody) => void): Promise<void> {
    const snapshot = (await (await fetch(`${this.url}/_emulator/snapshot`)).json()) as SnapshotBody;
    change(snapshot);
    const body = JSON.stringify(snapshot);
    const headers = { 'Content-Type': 'application/json' };
    const put = await fetch(`${this.url}/_emulator/snapshot`, { method: 'PUT', headers, body });
    if (put.status !== 204) throw new Error(`snapshot: ${put.status} ${await put.text()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await once(this.#child, 'exit');
  }
}

/** The user with this place in the list. */
export function benchUser(index: number): { id: string; login: string; phone: string } {
  const digits = String(index).padStart(7, '0');
  return { id: `00u${digits.padStart(17, '0')}`, login: `user${digits}@example.com`, phone: `+1415${digits}` };
}
