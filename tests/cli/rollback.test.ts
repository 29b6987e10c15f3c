import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const SHIPPED = resolve('config/password-phone.yaml');
const ENV = { MARY_PASSWORD: 'Correct-Horse-9' };
const target = () => ['--org-url', org.url, '--token', org.token];
const run = (folder: string, command: string, ...flags: string[]) => cli(folder, [command, ...flags, ...target()], ENV);
const withConfig = (folder: string, command: string, ...flags: string[]) =>
  run(folder, command, '-f', SHIPPED, ...flags);

async function pendingChanges(folder: string): Promise<string[]> {
  const { stdout } = await withConfig(folder, 'plan', '--json');
  return JSON.parse(stdout).changes.map((change: Untyped) => `${change.action} ${change.address}`);
}

/** Applies text as the only config, as an admin would edit a file. */
async function applyText(folder: string, yaml: string, ...flags: string[]) {
  writeFileSync(join(folder, 'org.yaml'), `version: 1\n${yaml}`);
  const applied = await run(folder, 'apply', '-f', 'org.yaml', '--yes', ...flags);
  expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
}

describe('rollback', () => {
  it('puts back what the last apply changed, and has nothing to do after that', async () => {
    const folder = workFolder();
    const before = await pendingChanges(folder);
    expect(before).toHaveLength(10);
    const applied = await withConfig(folder, 'apply', '--yes');
    expect(applied.stdout).toMatch(/Kept as \d{4}-\d\d-\d\dT[\d-]+\.\d{3}Z; orgproof rollback puts it back\./);
    const { stdout, exitCode } = await run(folder, 'rollback', '--yes');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Email: Disabled → Optional\n      Phone: Optional → Disabled');
    expect(stdout).toContain('- User "mary@example.com"');
    expect(stdout).toContain(`Rolled back ${org.url}: 9 changes with 12 writes.`);
    expect(await pendingChanges(folder)).toEqual(before);
    const again = await run(folder, 'rollback', '--yes');
    expect(again.exitCode).toBe(5);
    expect(again.stderr).toContain(`no apply to ${org.url} is recorded here that could be rolled back`);
  });

  it('takes groups from apps again that an apply had added, however the groups of apps are read', async () => {
    const folder = workFolder();
    const config = (groups: string) =>
      `groups: [{ name: G1 }, { name: G2 }]\napps:\n${['A', 'B', 'C']
        .map(
          (label) =>
            `  - { label: ${label}, type: service, grantTypes: [client credentials], assignedTo: { add: [${groups}] } }\n`,
        )
        .join('')}`;
    await applyText(folder, config('G1'));
    await applyText(folder, config('G1, G2'));
    const { stdout } = await run(folder, 'rollback', '--yes');
    expect(stdout).toContain(`Rolled back ${org.url}: 3 changes with 3 writes.`);
    const apps = await org.ok<Untyped[]>('GET', '/api/v1/apps?limit=200');
    for (const { id } of apps.filter(({ label }) => ['A', 'B', 'C'].includes(label))) {
      const groups = await org.ok<Untyped[]>('GET', `/api/v1/apps/${id}/groups?expand=group`);
      expect(groups.map((group) => group._embedded.group.profile.name)).toEqual(['G1']);
    }
  });

  it('lists the applies, and goes back to before the one that is named', async () => {
    const folder = workFolder();
    await applyText(folder, 'groups: [{ name: A, description: one }]');
    await applyText(folder, 'groups: [{ name: A, description: two }, { name: B }]');
    const listed = JSON.parse((await run(folder, 'rollback', '--list', '--json')).stdout);
    expect(listed.applies).toEqual([
      { id: expect.any(String), does: 'apply', changes: 1, toPutBack: 1 },
      { id: expect.any(String), does: 'apply', changes: 2, toPutBack: 2 },
    ]);
    const unknown = await run(folder, 'rollback', '--yes', '--apply', 'yesterday');
    expect(unknown.exitCode).toBe(5);
    expect(unknown.stderr).toContain('there is no apply yesterday that could be rolled back');
    expect((await run(folder, 'rollback', '--yes', '--apply', listed.applies[0].id)).exitCode).toBe(0);
    const groups = (await org.api('GET', '/api/v1/groups')).body.map((group: Untyped) => group.profile.name);
    expect(groups.sort()).toEqual(['Everyone', 'Okta Administrators']);
  });

  it('leaves alone what others changed since', async () => {
    const folder = workFolder();
    await withConfig(folder, 'apply', '--yes');
    const policies = '/api/v1/authorizationServers/default/policies';
    const [policy] = (await org.api('GET', policies)).body;
    const [rule] = (await org.api('GET', `${policies}/${policy.id}/rules`)).body;
    const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
    rule.conditions.grantTypes.include.push(exchange);
    await org.ok('PUT', `${policies}/${policy.id}/rules/${rule.id}`, rule);
    expect((await run(folder, 'rollback', '--yes')).exitCode).toBe(0);
    const [after] = (await org.api('GET', `${policies}/${policy.id}/rules`)).body;
    expect(after.conditions.grantTypes.include).toContain(exchange);
    expect(after.conditions.grantTypes.include).not.toContain('interaction_code');
  });

  it('creates a deleted group again, with its members and apps, and says its new id', async () => {
    const folder = workFolder();
    const group = await org.ok<Untyped>('POST', '/api/v1/groups', {
      profile: { name: 'Staff', description: 'All of us' },
    });
    const [admin] = await org.ok<Untyped[]>('GET', '/api/v1/users');
    await org.api('PUT', `/api/v1/groups/${group.id}/users/${admin.id}`);
    await applyText(
      folder,
      `groups: [{ name: Staff }]
apps:
  - { label: Shop, type: web, grantTypes: [authorization code], redirectUris: [http://localhost:1/cb], assignedTo: [Staff] }`,
    );
    const [app] = await org.ok<Untyped[]>('GET', '/api/v1/apps?q=Shop');
    // Its member loses the app by it, which the lockout guard would not have.
    await applyText(folder, 'groups: [{ name: Staff, ensure: absent }]', '--accept-lockout', 'group/Staff');
    expect((await org.api('GET', `/api/v1/groups/${group.id}`)).status).toBe(404);
    const { stdout, exitCode } = await run(folder, 'rollback', '--yes');
    expect(exitCode).toBe(0);
    const [again] = await org.ok<Untyped[]>('GET', '/api/v1/groups?q=Staff');
    expect(stdout).toContain(`group/Staff has a new id: ${group.id} is now ${again.id}`);
    expect(again.profile).toEqual({ name: 'Staff', description: 'All of us' });
    const members = await org.ok<Untyped[]>('GET', `/api/v1/groups/${again.id}/users`);
    expect(members.map((user) => user.id)).toEqual([admin.id]);
    const assigned = await org.ok<Untyped[]>('GET', `/api/v1/apps/${app.id}/groups`);
    expect(assigned.map((assignment) => assignment.id)).toEqual([again.id]);
  });

  it('asks first, and does nothing where nobody can answer', async () => {
    const folder = workFolder();
    await withConfig(folder, 'apply', '--yes');
    const { exitCode, stderr } = await run(folder, 'rollback');
    expect(exitCode).toBe(5);
    expect(stderr).toContain('rollback asks before it writes, and there is no terminal to ask on');
    expect(await pendingChanges(folder)).toEqual([]);
  });

  it('that fails half-way exits with 7, and does the rest when it is run again', async () => {
    const folder = workFolder();
    const before = await pendingChanges(folder);
    await withConfig(folder, 'apply', '--yes');
    await org.api('PUT', '/_emulator/faults', {
      faults: [{ method: 'DELETE', path: '/api/v1/trustedOrigins/*', status: 403, count: 1 }],
    });
    const failed = await run(folder, 'rollback', '--yes');
    expect(failed.exitCode).toBe(7);
    expect(failed.stderr).toContain('Trusted origin "Sample app": not applied');
    expect(failed.stderr).toContain('Roll back again to go on');
    expect((await run(folder, 'rollback', '--yes')).exitCode).toBe(0);
    expect(await pendingChanges(folder)).toEqual(before);
  });

  it('keeps no secret, in files that only their owner can read', async () => {
    const folder = workFolder();
    await withConfig(folder, 'apply', '--yes');
    await applyText(folder, 'users: [{ login: mary@example.com, firstName: M, lastName: M, ensure: absent }]');
    const applies = join(folder, '.orgproof', 'applies');
    const files = readdirSync(applies, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));
    expect(files).toHaveLength(2);
    for (const name of files) {
      expect(readFileSync(join(applies, name), 'utf8')).not.toContain(ENV.MARY_PASSWORD);
      expect(statSync(join(applies, name)).mode & 0o777).toBe(0o600);
    }
    const { stdout, exitCode } = await run(folder, 'rollback', '--yes');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'note: cannot be put back: password, security question, admin roles and every factor but the phone: the user comes back STAGED',
    );
    expect((await org.api('GET', '/api/v1/users/mary@example.com')).body.status).toBe('STAGED');
  });
});

describe('a user whom a rollback brought back', () => {
  it('is given the password again and activated by the next apply, which every plan until then tells', async () => {
    const folder = workFolder();
    await withConfig(folder, 'apply', '--yes');
    await withConfig(folder, 'destroy', '--yes');
    await run(folder, 'rollback', '--yes');
    const { stdout } = await withConfig(folder, 'plan');
    expect(stdout).toContain('~ User "mary@example.com"');
    expect(stdout).toContain('Password: (changed)');
    expect(stdout).toContain('note: came back without a password: it is set again, and the user activated');
    expect((await withConfig(folder, 'apply', '--yes')).exitCode).toBe(0);
    expect((await withConfig(folder, 'plan')).stdout).toContain('Nothing to change');
    const verified = await withConfig(folder, 'verify', '--driver', 'sdk', '--json');
    expect(JSON.parse(verified.stdout).summary).toMatchObject({ failed: 0, error: 0 });
    expect(verified.exitCode).toBe(0);
  });
});

describe('rollback, when others were at work', () => {
  const groupNamed = async (name: string): Promise<Untyped> =>
    (await org.ok<Untyped[]>('GET', `/api/v1/groups?q=${name}`))[0];

  it('leaves alone an object that somebody made anew under the name of ours', async () => {
    const folder = workFolder();
    await applyText(folder, 'groups: [{ name: G }]');
    await org.api('DELETE', `/api/v1/groups/${(await groupNamed('G')).id}`);
    const theirs = await org.ok<Untyped>('POST', '/api/v1/groups', { profile: { name: 'G' } });
    const { stdout, exitCode } = await run(folder, 'rollback', '--yes');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('note: group/G another object has this name by now: left alone');
    expect((await groupNamed('G')).id).toBe(theirs.id);
  });

  it('makes no stump of an object that is gone, and goes on to older applies', async () => {
    const folder = workFolder();
    await org.ok('POST', '/api/v1/groups', { profile: { name: 'G', description: 'old' } });
    await applyText(folder, 'groups: [{ name: Other }]');
    await applyText(folder, 'groups: [{ name: G, description: new }]');
    await org.api('DELETE', `/api/v1/groups/${(await groupNamed('G')).id}`);
    const { stdout, exitCode } = await run(folder, 'rollback', '--yes');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('note: group/G is gone by now: left alone');
    expect(await groupNamed('G')).toBeUndefined();
    expect((await run(folder, 'rollback', '--yes')).exitCode).toBe(0);
    expect(await groupNamed('Other')).toBeUndefined();
  });
});

describe('rollback over several applies', () => {
  async function groupWithMember(description: string): Promise<{ group: Untyped; member: string }> {
    const group = await org.ok<Untyped>('POST', '/api/v1/groups', { profile: { name: 'Staff', description } });
    const [admin] = await org.ok<Untyped[]>('GET', '/api/v1/users');
    await org.api('PUT', `/api/v1/groups/${group.id}/users/${admin.id}`);
    return { group, member: admin.id };
  }

  async function staff(): Promise<{ description: string; members: string[] }> {
    const [group] = await org.ok<Untyped[]>('GET', '/api/v1/groups?q=Staff');
    const members = await org.ok<Untyped[]>('GET', `/api/v1/groups/${group.id}/users`);
    return { description: group.profile.description, members: members.map(({ id }) => id) };
  }

  async function firstApply(folder: string): Promise<string> {
    return JSON.parse((await run(folder, 'rollback', '--list', '--json')).stdout).applies[0].id;
  }

  it('brings back what one deleted as it was before another changed it', async () => {
    const folder = workFolder();
    const { member } = await groupWithMember('A');
    await applyText(folder, 'groups: [{ name: Staff, description: B }]');
    await applyText(folder, 'groups: [{ name: Staff, ensure: absent }]');
    expect((await run(folder, 'rollback', '--yes', '--apply', await firstApply(folder))).exitCode).toBe(0);
    expect(await staff()).toEqual({ description: 'A', members: [member] });
  });

  it('replaces what a later apply made in the place of what an earlier one deleted', async () => {
    const folder = workFolder();
    const { member } = await groupWithMember('A');
    await applyText(folder, 'groups: [{ name: Staff, ensure: absent }]');
    await applyText(folder, 'groups: [{ name: Staff, description: new }]');
    const { stdout, exitCode } = await run(folder, 'rollback', '--yes', '--apply', await firstApply(folder));
    expect(exitCode).toBe(0);
    expect(stdout).toContain('± Group "Staff"');
    expect(await staff()).toEqual({ description: 'A', members: [member] });
  });

  it('finishes what an earlier rollback left half done', async () => {
    const folder = workFolder();
    const { member } = await groupWithMember('A');
    await applyText(folder, 'groups: [{ name: Staff, ensure: absent }]');
    await org.api('PUT', '/_emulator/faults', {
      faults: [{ method: 'PUT', path: '/api/v1/groups/*/users/*', status: 403, count: 1 }],
    });
    expect((await run(folder, 'rollback', '--yes')).exitCode).toBe(7);
    expect(await staff()).toEqual({ description: 'A', members: [] });
    const { stdout, exitCode } = await run(folder, 'rollback', '--yes');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('comes back with what belonged to it');
    expect(await staff()).toEqual({ description: 'A', members: [member] });
  });

  it('passes over the beginning of a record that was cut short, and names its file', async () => {
    const folder = workFolder();
    await applyText(folder, 'groups: [{ name: G }]');
    const applies = join(folder, '.orgproof', 'applies');
    const [own = ''] = readdirSync(applies);
    writeFileSync(join(applies, own, '2099-01-01T00-00-00.000Z.jsonl'), '{"formatVersion":1,"org":"htt');
    const { stderr, exitCode } = await run(folder, 'rollback', '--yes');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('2099-01-01T00-00-00.000Z.jsonl is the beginning of a record');
    expect((await run(folder, 'rollback', '--yes')).exitCode).toBe(5);
  });
});

describe('destroy', () => {
  it('removes what applies created and puts system objects back, but leaves what was there before', async () => {
    const folder = workFolder();
    await org.ok('POST', '/api/v1/groups', { profile: { name: 'Phone testers' } });
    await withConfig(folder, 'apply', '--yes');
    const { stdout, exitCode } = await withConfig(folder, 'destroy', '--yes');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('note: group/Phone testers no apply recorded here made or changed it: left alone');
    expect((await org.api('GET', '/api/v1/groups?q=Phone')).body).toHaveLength(1);
    expect((await org.api('GET', '/api/v1/apps?q=Password')).body).toEqual([]);
    expect((await org.api('GET', '/api/v1/users/mary@example.com')).status).toBe(404);
    const phone = (await org.ok<Untyped[]>('GET', '/api/v1/authenticators')).find(({ key }) => key === 'phone_number');
    expect(phone?.status).toBe('INACTIVE');
  });

  it('can itself be rolled back, and done again', async () => {
    const folder = workFolder();
    await withConfig(folder, 'apply', '--yes');
    await withConfig(folder, 'destroy', '--yes');
    expect((await run(folder, 'rollback', '--yes')).exitCode).toBe(0);
    // All but the password, which could not come back.
    expect(await pendingChanges(folder)).toEqual(['update user/mary@example.com']);
    expect((await withConfig(folder, 'destroy', '--yes')).exitCode).toBe(0);
    expect((await org.api('GET', '/api/v1/apps?q=Password')).body).toEqual([]);
  });
});

describe('two applies at once, and one that is killed', () => {
  it('the second is refused while the first is at work; a killed one leaves no lock, and can be rolled back', async () => {
    const folder = workFolder();
    const before = await pendingChanges(folder);
    await org.api('PUT', '/_emulator/faults', { faults: [{ path: '/api/v1/**', method: 'POST', delayMs: 1500 }] });
    await org.api('DELETE', '/_emulator/requests');
    const first = start(folder);
    await writesSeen(2);
    const second = await withConfig(workFolder(), 'apply', '--yes');
    expect(second.exitCode).toBe(4);
    expect(second.stderr).toContain(`another apply is at work on ${org.url} (process ${first.process.pid}, since `);
    first.process.kill('SIGKILL');
    expect(await first.exit).toBe(null);
    await org.api('PUT', '/_emulator/faults', { faults: [] });
    await new Promise((wait) => setTimeout(wait, 1600)); // what the org had begun when its client died
    expect(await pendingChanges(folder)).not.toEqual(before);
    expect((await run(folder, 'rollback', '--yes')).exitCode).toBe(0);
    expect(await pendingChanges(folder)).toEqual(before);
  }, 60_000);
});

function start(folder: string): { process: ChildProcess; exit: Promise<number | null> } {
  const args = [resolve('dist/cli/main.js'), 'apply', '-f', SHIPPED, '--yes', ...target()];
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...ENV }, stdio: 'ignore' });
  return { process: child, exit: new Promise((done) => child.once('exit', done)) };
}

async function writesSeen(count: number): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    const { requests } = (await org.api('GET', '/_emulator/requests')).body as { requests: { method: string }[] };
    if (requests.filter((request) => request.method !== 'GET').length >= count) return;
    await new Promise((wait) => setTimeout(wait, 10));
  }
  throw new Error(`apply did not come to ${count} writes within 10 s`);
}
