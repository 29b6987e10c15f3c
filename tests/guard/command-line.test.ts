import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';
import { provisioner } from '../support/provision.ts';
import { phoneConfig, phoneOrg } from './configs.ts';

const org = testOrg();
beforeEach(async () => {
  await org.reset();
  await provisioner(org).apply(phoneConfig());
});

const ENV = { MARY_PASSWORD: 'Correct-Horse-9' };
const RULE = 'appSignInPolicyRule/Password and phone/Catch-all Rule';
const DENIED = `version: 1\n${phoneOrg({ rule: 'access: denied', assignedTo: 'Testers' })}`.replace(
  /flows:[\s\S]*/,
  '',
);
const WHO = 'users in no group that the policies name who have Password and Email, or Password, Email and Phone';
const REASON = `${WHO} could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one`;

const run = (folder: string, ...args: string[]) => {
  const named = args.some((arg) => arg.endsWith('.plan.json')) && args[0] === 'apply' ? [] : ['-f', 'org.yaml'];
  return cli(folder, [...args, ...named, '--org-url', org.url, '--token', org.token], ENV);
};

async function writes(): Promise<number> {
  const { requests } = (await org.api('GET', '/_emulator/requests')).body;
  return requests.filter((request: { method: string }) => request.method !== 'GET').length;
}

describe('apply', () => {
  it('refuses with 4 before it asks or writes, each lockout with its place and the flag', async () => {
    const before = await writes();
    const { exitCode, stderr, stdout } = await run(workFolder({ 'org.yaml': DENIED }), 'apply');
    expect(exitCode).toBe(4);
    expect(stdout).toContain('~ App sign-in policy rule "Catch-all Rule" of "Password and phone"');
    expect(stderr).toContain(
      `org.yaml:10:41: error: lockout: members of "Testers" who have Password and Email, or Password, Email and Phone could no longer sign in to "Shop": the rule "Catch-all Rule" denies access (app sign-in policy "Password and phone")\n  to do it all the same: --accept-lockout "${RULE}"\n`,
    );
    expect(stderr).toContain(
      `org.yaml:21:17: error: lockout: ${REASON}\n  to do it all the same: --accept-lockout "app/Shop"\n`,
    );
    expect(await writes()).toBe(before);
  });

  it('goes on when each lockout is accepted by name, and not when one is left', async () => {
    const folder = workFolder({ 'org.yaml': DENIED });
    const one = await run(folder, 'apply', '--yes', '--accept-lockout', RULE);
    expect(one.exitCode).toBe(4);
    expect(one.stderr).toContain('--accept-lockout "app/Shop"');
    expect(one.stderr).not.toContain(RULE);
    const both = await run(folder, 'apply', '--yes', '--accept-lockout', RULE, '--accept-lockout', 'app/Shop');
    expect(both.exitCode).toBe(0);
    expect(both.stdout).toContain(`lockout (accepted): ${REASON}\n  app/Shop\n`);
    expect(both.stdout).toContain(': 2 changes with ');
  });

  it('prints the refusal as one document', async () => {
    const { exitCode, stdout } = await run(workFolder({ 'org.yaml': DENIED }), 'apply', '--json', '--yes');
    expect(exitCode).toBe(4);
    const { error } = JSON.parse(stdout);
    expect(error).toMatchObject({ code: 'lockout', message: 'the plan has 2 lockouts' });
    expect(error.problems[1]).toEqual({
      message: `lockout: ${REASON}`,
      place: { file: 'org.yaml', line: 21, column: 17 },
      hint: 'to do it all the same: --accept-lockout "app/Shop"',
    });
  });

  it('guards a saved plan again, with the org as it is by then', async () => {
    const folder = workFolder({ 'org.yaml': DENIED });
    expect((await run(folder, 'plan', '--out', 'org.plan.json')).exitCode).toBe(0);
    const refused = await run(folder, 'apply', 'org.plan.json', '--yes');
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain(`lockout: ${REASON}`);
    const accepted = ['--accept-lockout', RULE, '--accept-lockout', 'app/Shop'];
    expect((await run(folder, 'apply', 'org.plan.json', '--yes', ...accepted)).exitCode).toBe(0);
  });
});

describe('plan', () => {
  it('shows the lockouts, which change nothing of its exit code', async () => {
    const folder = workFolder({ 'org.yaml': DENIED });
    const { exitCode, stdout } = await run(folder, 'plan');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`org.yaml:21:17: lockout: ${REASON}\n  app/Shop\n`);
    expect(stdout).toContain(
      `Apply refuses this. To do it all the same: --accept-lockout "${RULE}" --accept-lockout "app/Shop"`,
    );
    expect((await run(folder, 'plan', '--detailed-exitcode')).exitCode).toBe(2);
  });

  it('tells programs of them, and which are accepted', async () => {
    const folder = workFolder({ 'org.yaml': DENIED });
    const { stdout } = await run(folder, 'plan', '--json', '--accept-lockout', 'app/Shop');
    const { lockouts } = JSON.parse(stdout);
    expect(
      lockouts.map(({ address, accepted }: { address: string; accepted: boolean }) => [address, accepted]),
    ).toEqual([
      [RULE, false],
      ['app/Shop', true],
    ]);
    expect(lockouts[1]).toEqual({ address: 'app/Shop', reason: REASON, accepted: true });
  });

  it('refuses to accept what the config does not declare, with the nearest', async () => {
    const folder = workFolder({ 'org.yaml': DENIED });
    const { exitCode, stderr } = await run(folder, 'plan', '--accept-lockout', 'app/Shopp');
    expect(exitCode).toBe(5);
    expect(stderr).toContain('--accept-lockout app/Shopp: nothing has that address');
    expect(stderr).toContain('did you mean "app/Shop"?');
  });
});

describe('a command that accepts a lockout', () => {
  it('can be given again when it is done: that the flag is not needed is said', async () => {
    const folder = workFolder({ 'org.yaml': DENIED });
    const accepted = ['--yes', '--accept-lockout', RULE, '--accept-lockout', 'app/Shop'];
    expect((await run(folder, 'apply', ...accepted)).exitCode).toBe(0);
    const again = await run(folder, 'apply', ...accepted);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain('note: --accept-lockout app/Shop: there is no lockout at that address\n');
    writeFileSync(join(folder, 'org.yaml'), `version: 1\n${phoneOrg()}`);
    expect((await run(folder, 'plan', '--accept-lockout', 'app/Shop')).exitCode).toBe(0);
  });
});
