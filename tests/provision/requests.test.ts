import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/index.ts';
import { connect } from '../../src/okta/client.ts';
import { planOrg } from '../../src/provision/index.ts';
import { memoryLedger } from '../../src/provision/ledger.ts';
import { fileConfig, provisioner, textConfig } from '../support/provision.ts';

interface Org {
  url: string;
  token: string;
}

/** The requests that an org saw while a plan was made, and the plan. */
async function planned(org: Org, config: ReturnType<typeof textConfig>) {
  const api = await connect({ orgUrl: org.url, credentials: { mode: 'SSWS', token: org.token } });
  await fetch(`${org.url}/_emulator/requests`, { method: 'DELETE' });
  const plan = await planOrg({ config, api, ledger: memoryLedger() });
  const { requests } = (await (await fetch(`${org.url}/_emulator/requests`)).json()) as {
    requests: { path: string }[];
  };
  return { changes: plan.changes.map(({ address }) => address), paths: requests.map(({ path }) => path) };
}

const GROUPS = Array.from({ length: 20 }, (_, index) => `Group ${index}`);
const labels = (count: number) => Array.from({ length: count }, (_, index) => `App ${index}`);

/** An org with apps, each in one of the groups, and the config that says so. */
async function appsInGroups(count: number) {
  const groupOf = (index: number) => GROUPS[index % GROUPS.length] ?? '';
  const org = await startEmulator({
    seed: {
      version: 1,
      groups: GROUPS.map((name) => ({ name })),
      apps: labels(count).map((label, index) => ({
        label,
        type: 'service',
        grantTypes: ['client_credentials'],
        assignedTo: [groupOf(index)],
      })),
    },
  });
  const entry = (assignedTo: (group: string) => string) =>
    labels(count)
      .map((label, index) => `  - { label: ${label}, type: service, assignedTo: ${assignedTo(groupOf(index))} }\n`)
      .join('');
  return {
    org,
    whole: textConfig(
      `apps:\n${entry((group) => `[${group}]`)}groups: [${GROUPS.map((name) => `{ name: ${name} }`).join()}]\n`,
    ),
    adding: textConfig(
      `apps:\n${entry((group) => `{ add: [${group}] }`)}groups: [${GROUPS.map((name) => `{ name: ${name} }`).join()}]\n`,
    ),
  };
}

describe('the reads of a plan', () => {
  it('are at most 9, one per app and authorization server policy, and two per user, in the org of the guide', async () => {
    const org = await startEmulator();
    const config = fileConfig('config/password-phone.yaml');
    await provisioner(org).apply(config);
    const { paths, changes } = await planned(org, config);
    await org.stop();
    expect(changes).toEqual([]);
    expect(paths.length).toBeLessThanOrEqual(9 + 1 + 1 + 2);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('are at most 30 for 1,000 apps in 20 groups, whatever the config says of their groups', async () => {
    const { org, whole, adding } = await appsInGroups(1000);
    const everything = await planned(org, whole);
    const additions = await planned(org, adding);
    await org.stop();
    expect(everything.changes).toEqual([]);
    expect(everything.paths.length).toBeLessThanOrEqual(30);
    expect(additions.changes).toEqual([]);
    expect(additions.paths.length).toBeLessThan(everything.paths.length);
  }, 60_000);

  it('ask each app for its groups when there are fewer apps than groups', async () => {
    const { org, whole } = await appsInGroups(5);
    const { paths, changes } = await planned(org, whole);
    await org.stop();
    expect(changes).toEqual([]);
    expect(paths.filter((path) => /\/apps\/[^/]+\/groups/.test(path))).toHaveLength(5);
    expect(paths.filter((path) => path.includes('filter='))).toEqual([]);
  });

  it('see a group too many, and a group too few, also when groups are asked', async () => {
    const { org, whole } = await appsInGroups(100);
    const api = await connect({ orgUrl: org.url, credentials: { mode: 'SSWS', token: org.token } });
    const apps = await api.list<{ id: string; label: string }>('/api/v1/apps?limit=200');
    const groups = await api.list<{ id: string; profile: { name: string } }>('/api/v1/groups');
    const app = (label: string) => apps.find((one) => one.label === label)?.id;
    const group = (name: string) => groups.find((one) => one.profile.name === name)?.id;
    await api.put(`/api/v1/apps/${app('App 7')}/groups/${group('Everyone')}`, {});
    await api.delete(`/api/v1/apps/${app('App 8')}/groups/${group('Group 8')}`);
    // Switched off, an app may be left out of the lists of groups: it is asked itself.
    await api.post(`/api/v1/apps/${app('App 9')}/lifecycle/deactivate`);
    const { paths, changes } = await planned(org, whole);
    await org.stop();
    expect(changes).toEqual(['app/App 7', 'app/App 8']);
    expect(paths.filter((path) => /\/apps\/[^/]+\/groups/.test(path))).toHaveLength(1);
  });
});
