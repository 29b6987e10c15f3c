/** How many requests apply and plan need, counted from the request log of an embedded org. */
import { loadConfig } from '../../src/config/load.ts';
import { startEmulator } from '../../src/emulator/index.ts';
import { connect } from '../../src/okta/client.ts';
import { applyOrg, planOrg } from '../../src/provision/index.ts';
import { memoryLedger } from '../../src/provision/ledger.ts';

interface LoggedRequest {
  method: string;
  path: string;
}

export async function requestCounts(): Promise<void> {
  console.log('Requests, from the request log of the embedded org');
  for (const file of ['config/password-phone.yaml', 'config/password-phone-group.yaml']) {
    await using emulator = disposable(await startEmulator());
    const config = loadConfig({ paths: [file], env: { MARY_PASSWORD: 'Correct-Horse-9' } });
    const api = await connect({ orgUrl: emulator.url, credentials: { mode: 'SSWS', token: emulator.token } });
    const ledger = memoryLedger();
    const count = async (what: string, work: () => Promise<unknown>) => {
      await fetch(`${emulator.url}/_emulator/requests`, { method: 'DELETE' });
      await work();
      const { requests } = (await (await fetch(`${emulator.url}/_emulator/requests`)).json()) as {
        requests: LoggedRequest[];
      };
      const writes = requests.filter((request) => request.method !== 'GET').length;
      console.log(
        `  ${file.padEnd(36)} ${what.padEnd(14)} ${String(requests.length).padStart(3)} requests, ${writes} writes`,
      );
    };
    const apply = async () => applyOrg(await planOrg({ config, api, ledger }), { api, ledger });
    await count('first apply', apply);
    await count('no-op plan', () => planOrg({ config, api, ledger }));
    await count('second apply', apply);
  }
}

function disposable<T extends { stop(): Promise<void> }>(value: T): T & AsyncDisposable {
  return Object.assign(value, { [Symbol.asyncDispose]: () => value.stop() });
}
