import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/load.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { OktaApi } from '../../src/okta/api.ts';
import { connect } from '../../src/okta/client.ts';
import { type IndexedReader, memoisingReader } from '../../src/okta/reader.ts';
import { guardPlan, guardUndo } from '../../src/provision/guard.ts';
import { applyOrg, type OrgApplyResult, planOrg } from '../../src/provision/index.ts';
import { type Ledger, memoryLedger } from '../../src/provision/ledger.ts';
import { memoryRecords, type Records } from '../../src/provision/records.ts';
import { planDestroy, planRollback, type Undo } from '../../src/provision/rollback.ts';

export const ENV = { MARY_PASSWORD: 'Correct-Horse-9', WEAK_PASSWORD: 'a' };

/** A config from a file of the repository. */
export function fileConfig(file: string): Config {
  return loadConfig({ paths: [file], env: ENV });
}

/** A config from text. */
export function textConfig(yaml: string): Config {
  const file = join(mkdtempSync(join(tmpdir(), 'orgproof-')), 'org.yaml');
  writeFileSync(file, `version: 1\n${yaml}`);
  return loadConfig({ paths: [file], env: ENV });
}

/** Plans, applies and undoes as a person would, one connection for each step. */
export function provisioner(
  org: { url: string; token: string },
  ledger: Ledger = memoryLedger(),
  records: Records = memoryRecords(),
) {
  const undo = async (
    planned: (api: OktaApi, reader: IndexedReader) => Promise<Undo>,
    does: 'rollback' | 'destroy',
  ) => {
    const api = await open();
    const reader = memoisingReader(api);
    const first = await planned(api, reader);
    const { lockouts } = await guardUndo(first, { api, reader, ledger, records });
    const { plan, undoes, addresses } = first;
    const result = await applyOrg(plan, { api, ledger, records, does });
    if (result.exitCode === 0 && first.composed) {
      await applyOrg((await first.again(memoisingReader(api))).plan, { api, ledger, records, does });
    }
    if (result.exitCode === 0) records.undone(undoes, addresses, result.recordId);
    const told = lockouts.map(({ address, reason }) => `${address}: ${reason}`);
    return { ...outcome(result, api), notes: plan.notes, lockouts: told, renamed: result.renamed };
  };
  const open = () => connect({ orgUrl: org.url, credentials: { mode: 'SSWS', token: org.token } });
  return {
    plan: async (config: Config, options: { adoptCredentials?: boolean } = {}) => {
      const plan = await planOrg({ config, api: await open(), ledger, ...options });
      return {
        notes: plan.notes,
        unchanged: plan.unchanged,
        changes: plan.changes.map(
          (change) =>
            `${change.action} ${change.address}${change.fields.length > 0 ? `: ${change.fields.map((field) => field.path).join(', ')}` : ''}`,
        ),
      };
    },
    /** What the lockout guard says of the plan, as `address: reason`, and what it was told to accept in brackets. */
    guard: async (config: Config, accept: readonly string[] = []) => {
      const api = await open();
      const reader = memoisingReader(api);
      const plan = await planOrg({ config, api, reader, ledger });
      const planned = api.requests.length;
      const { lockouts, moments, notes } = await guardPlan(plan, { config, api, reader, ledger, accept });
      return {
        lockouts: lockouts.map(
          ({ address, reason, accepted }) => `${accepted ? '[accepted] ' : ''}${address}: ${reason}`,
        ),
        places: lockouts.map(({ place }) => place && `${place.line}:${place.column}`),
        moments: moments.map(({ address, until, reason }) => `${address}, ${until}: ${reason}`),
        notes,
        requests: api.requests.slice(planned).map(({ method, path }) => `${method} ${path}`),
      };
    },
    apply: async (config: Config, options: { adoptCredentials?: boolean } = {}) => {
      const api = await open();
      const plan = await planOrg({ config, api, ledger, ...options });
      return outcome(await applyOrg(plan, { api, ledger, records, ...options }), api);
    },
    rollback: (applyId?: string) =>
      undo(
        (api, reader) => planRollback({ api, reader, ledger, records, ...(applyId === undefined ? {} : { applyId }) }),
        'rollback',
      ),
    destroy: (config: Pick<Config, 'declared'>) =>
      undo((api, reader) => planDestroy({ api, reader, ledger, records, config }), 'destroy'),
  };
}

function outcome(result: OrgApplyResult, api: OktaApi) {
  return {
    exitCode: result.exitCode,
    writes: api.requests.filter((request) => request.method !== 'GET').length,
    outcomes: result.changes.map((entry) => `${entry.outcome} ${entry.change.address}`),
    errors: result.changes.flatMap((entry) => (entry.error instanceof Error ? [entry.error.message] : [])),
  };
}
