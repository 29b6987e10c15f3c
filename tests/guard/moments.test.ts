/** What people lose only while a plan is applied: between its writes. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';
import { provisioner, textConfig } from '../support/provision.ts';
import { phoneConfig, phoneOrg } from './configs.ts';
import { realSignIn } from './real-sign-in.ts';

const org = testOrg();
beforeEach(async () => {
  await org.reset();
  await provisioner(org).apply(phoneConfig({ assignedTo: 'Testers' }));
});

const MOVED = phoneOrg({ assignedTo: 'Others' }).replace('groups: [Testers] }', 'groups: [Testers, Others] }');
const MARY = { app: 'Shop', login: 'mary@example.com', password: 'Correct-Horse-9' };
const LOST =
  'mary@example.com (flow "By SMS") could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one';

describe('a user who moves with the app', () => {
  it('is told to be without it in between, as happens to who stops there', async () => {
    const { guard } = provisioner(org);
    const { lockouts, moments } = await guard(textConfig(MOVED));
    expect(moments).toEqual([`app/Shop, user/mary@example.com: ${LOST}`]);
    expect(lockouts).toHaveLength(1);
    expect(lockouts[0]).toMatch(/^app\/Shop: members of "Testers" who have/);
    expect(await realSignIn(org, MARY)).toBe('in');
    const refusal = { errorCode: 'E0000006', errorSummary: 'no', errorLink: '', errorId: 'x', errorCauses: [] };
    const faults = [{ method: 'PUT', path: '/api/v1/groups/*/users/*', status: 403, body: refusal }];
    await org.ok('PUT', '/_emulator/faults', { faults });
    await provisioner(org).apply(textConfig(MOVED));
    expect(await realSignIn(org, MARY)).toBe('User is not assigned to this application.');
    await org.ok('PUT', '/_emulator/faults', { faults: [] });
    await provisioner(org).apply(textConfig(MOVED));
    expect(await realSignIn(org, MARY)).toBe('in');
  });

  it('is shown in the plan, for people and for programs, and refuses nothing by itself', async () => {
    const folder = workFolder({ 'org.yaml': `version: 1\n${MOVED}` });
    const run = (...args: string[]) =>
      cli(folder, ['plan', '-f', 'org.yaml', ...args, '--org-url', org.url, '--token', org.token], {
        MARY_PASSWORD: 'Correct-Horse-9',
      });
    expect((await run()).stdout).toContain(
      `while it is under way: ${LOST}\n  from app/Shop until user/mary@example.com; for good if it stops in between\n`,
    );
    expect(JSON.parse((await run('--json')).stdout).lostForAMoment).toEqual([
      { address: 'app/Shop', until: 'user/mary@example.com', reason: LOST },
    ]);
  });
});

describe('an app that is given a new policy', () => {
  it('gets it when the policy has its rules, so that nobody is kept out meanwhile', async () => {
    const config = `appSignInPolicies:
  - name: New
    rules:
      - { name: Testers, groups: [Testers], access: allowed, userMustAuthenticateWith: password }
      - { name: Catch-all Rule, access: allowed, userMustAuthenticateWith: password + another factor }
groups: [{ name: Testers }]
apps: [{ label: Shop, type: web, signInPolicy: New }]
`;
    const { guard, apply } = provisioner(org);
    const { lockouts, moments } = await guard(textConfig(config));
    expect([lockouts, moments]).toEqual([[], []]);
    expect((await apply(textConfig(config))).errors).toEqual([]);
    const { requests } = (await org.api('GET', '/_emulator/requests')).body;
    const writes = requests
      .filter(({ method }: { method: string }) => method !== 'GET')
      .map(
        ({ method, path }: { method: string; path: string }) =>
          `${method} ${path.replaceAll(/\/[0-9a-z]{20}(?=\/|$)/gi, '/*')}`,
      );
    expect(writes.slice(-4)).toEqual([
      'POST /api/v1/policies',
      'POST /api/v1/policies/*/rules',
      'PUT /api/v1/policies/*/rules/*',
      'PUT /api/v1/apps/*/policies/*',
    ]);
  });
});
