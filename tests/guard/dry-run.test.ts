import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/load.ts';
import { dryRun } from '../../src/guard/dry-run.ts';
import { KINDS } from '../../src/kinds/index.ts';
import type { OktaApi } from '../../src/okta/api.ts';
import { connect } from '../../src/okta/client.ts';
import { memoisingReader } from '../../src/okta/reader.ts';
import { dryRunPlan } from '../../src/provision/guard.ts';
import { planOrg } from '../../src/provision/index.ts';
import { type Ledger, memoryLedger } from '../../src/provision/ledger.ts';
import type { Authenticator } from '../../src/wire/authenticator.ts';
import { absent, steady } from '../laws/absent.ts';
import { config, world } from '../laws/configs.ts';
import { law, type Note } from '../laws/law.ts';
import type { ConfigData } from '../laws/repair.ts';
import { load, toYaml } from '../laws/text.ts';
import { testOrg } from '../support/emulator.ts';
import { fileConfig, provisioner, textConfig } from '../support/provision.ts';
import { signInView } from './sign-in-view.ts';

const org = testOrg();
const open = () => connect({ orgUrl: org.url, credentials: { mode: 'SSWS', token: org.token } });

/** What a dry run of the config's plan shows, and the authenticators that it switches on. */
async function foreseen(wanted: Config, ledger: Ledger) {
  const api = await open();
  const reader = memoisingReader(api);
  const plan = await planOrg({ config: wanted, api, reader, ledger });
  const dry = dryRun(reader, api.orgUrl);
  const { refused, ids } = await dryRunPlan(plan, dry, { ledger });
  const created = plan.changes.filter(({ action }) => action === 'create');
  const before = await activeKeys(api);
  const switchedOn = (await activeKeys(dry)).filter((key) => !before.includes(key));
  return {
    view: await signInView(dry, switchedOn),
    switchedOn,
    refused,
    created: created.map(({ kind, address }) => ({ kind, id: ids.get(address) })),
    writes: dry.writes.length,
    sent: api.requests,
  };
}

async function activeKeys(api: OktaApi): Promise<string[]> {
  const all = await api.list<Authenticator>('/api/v1/authenticators');
  return all.filter((one) => one.status === 'ACTIVE').map((one) => one.key);
}

const pair = world.chain((of) => fc.tuple(config(of, { add: true }), config(of, { add: true }).map(steady)));
const one = world.chain((of) => config(of, { add: true }));

/** Applies configs one after the other to a fresh org, each foreseen first. */
async function followed(configs: readonly ConfigData[], note: Note): Promise<void> {
  await org.reset();
  const ledger = memoryLedger();
  const { apply } = provisioner(org, ledger);
  for (const data of configs) {
    const yaml = toYaml(data);
    note('config', yaml);
    const { view, switchedOn, refused } = await foreseen(load(yaml), ledger);
    expect((await apply(load(yaml))).errors.join('\n')).toBe('');
    expect(refused).toEqual([]);
    expect(view).toEqual(await signInView(await open(), switchedOn));
  }
}

/** An object of every kind that a fresh org does not have. */
const EVERY_KIND = `inlineHooks: [{ name: Claims, type: token, url: https://a.example.com/claims }]
authenticators: { googleAuthenticator: { status: active } }
groups: [{ name: Sales }]
groupRules: [{ name: Sales by department, expression: user.department == "Sales", assignTo: [Sales] }]
networkZones: [{ name: Office, type: ip, gateways: [203.0.113.0/24] }]
passwordPolicies: [{ name: P, groups: [Sales], rules: [{ name: R }] }]
enrollmentPolicies: [{ name: E, groups: [Sales], authenticators: { password: required }, rules: [{ name: R }] }]
globalSessionPolicies: [{ name: G, groups: [Sales], rules: [{ name: R, access: allowed }] }]
profileEnrollmentPolicies: [{ name: F, unknownUser: deny }]
appSignInPolicies: [{ name: S, rules: [{ name: R, access: denied, groups: [Sales] }, { name: Catch-all Rule }] }]
apps:
  - { label: Shop, type: web, redirectUris: [http://localhost:8080/cb], signInPolicy: S, assignedTo: [Sales] }
  - { label: Batch, type: service, oktaApiScopes: [okta.users.read], clientSecrets: ["\${env:MARY_PASSWORD}"] }
authorizationServers:
  - { name: default, policies: [{ name: A, clients: [Shop], rules: [{ name: R, grantTypes: [authorization code] }] }] }
  - name: Orders
    audience: api://orders
    scopes: [{ name: orders }, { name: phone, userConsent: required }]
    accessTokenClaims: [{ name: sub, value: user.id }]
    idTokenClaims: [{ name: team, value: user.department, scopes: [orders] }]
trustedOrigins: [{ name: O, origin: "https://o.example.com", allow: [cors] }]
smsTemplates: [{ name: Custom, text: "Your code is $\${code}." }]
users: [{ login: ann@example.com, firstName: Ann, lastName: Lee, groups: [Sales] }]
`;

describe('a dry run', () => {
  law('shows the org as the apply of one config upon another makes it', 10, pair, followed);

  law(
    'shows it without what was deleted',
    6,
    one.map((data) => [data, absent(data)]),
    followed,
  );

  it('sends no write, whatever the plan', async () => {
    for (const file of ['config/password-phone.yaml', 'config/password-phone-group.yaml']) {
      await org.reset();
      const { writes, sent } = await foreseen(fileConfig(file), memoryLedger());
      expect(writes).toBeGreaterThan(10);
      expect([...new Set(sent.map((request) => request.method))]).toEqual(['GET']);
      const { requests } = (await org.api('GET', '/_emulator/requests')).body;
      expect(requests.filter((request: { method: string }) => request.method !== 'GET')).toEqual([]);
    }
  });

  it('gives an id to what it creates, of every kind', async () => {
    await org.reset();
    const { created, refused } = await foreseen(textConfig(EVERY_KIND), memoryLedger());
    expect(refused).toEqual([]);
    expect(new Set(created.map(({ kind }) => kind))).toEqual(new Set(KINDS.map(({ name }) => name)));
    expect(created.filter(({ id }) => typeof id !== 'string' || id === '')).toEqual([]);
  });
});
