import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';
import { phoneOrg } from './configs.ts';

const org = testOrg();
beforeEach(() => org.reset());

const ENV = { MARY_PASSWORD: 'Correct-Horse-9' };
const DENIED = `version: 1\n${phoneOrg({ rule: 'access: denied' })}`.replace(/flows:[\s\S]*/, '');
const ALLOWED = `version: 1\n${phoneOrg()}`;
const RULE = 'appSignInPolicyRule/Password and phone/Catch-all Rule';
const LOST =
  'users in no group that the policies name who have Password and Email, or Password, Email and Phone could no longer sign in to "Shop": the rule "Catch-all Rule" denies access (app sign-in policy "Password and phone")';

/** A folder in which an apply denied the app to everyone and the next one allowed it. */
async function deniedThenAllowed() {
  const folder = workFolder({ 'org.yaml': DENIED });
  const run = (...args: string[]) => cli(folder, [...args, '--org-url', org.url, '--token', org.token], ENV);
  expect(
    (await run('apply', '-f', 'org.yaml', '--yes', '--accept-lockout', 'enrollmentPolicy/Default Policy')).exitCode,
  ).toBe(0);
  writeFileSync(join(folder, 'org.yaml'), ALLOWED);
  expect((await run('apply', '-f', 'org.yaml', '--yes')).exitCode).toBe(0);
  return run;
}

describe('rollback', () => {
  it('refuses what takes the way in from people, and does it when that is accepted', async () => {
    const run = await deniedThenAllowed();
    const refused = await run('rollback', '--yes');
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain(`error: lockout: ${LOST}\n  to do it all the same: --accept-lockout "${RULE}"\n`);
    const wrong = await run('rollback', '--yes', '--accept-lockout', `${RULE}s`);
    expect(wrong.exitCode).toBe(5);
    expect(wrong.stderr).toContain(`did you mean "${RULE}"?`);
    const accepted = await run('rollback', '--yes', '--accept-lockout', RULE);
    expect(accepted.exitCode).toBe(0);
    expect(accepted.stdout).toContain(`lockout (accepted): ${LOST}\n  ${RULE}\n`);
  });
});

describe('destroy', () => {
  it('refuses what takes the way in from people, and does it when that is accepted', async () => {
    const folder = workFolder({
      'org.yaml': `version: 1
groups: [{ name: Staff }]
apps:
  - { label: Shop, type: web, grantTypes: [authorization code], redirectUris: [http://localhost:1/cb], assignedTo: [Staff] }
`,
      'group.yaml': 'version: 1\ngroups: [{ name: Staff }]\n',
    });
    const run = (...args: string[]) => cli(folder, [...args, '--org-url', org.url, '--token', org.token], ENV);
    expect((await run('apply', '-f', 'org.yaml', '--yes')).exitCode).toBe(0);
    const refused = await run('destroy', '-f', 'group.yaml', '--yes');
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain(
      'error: lockout: members of "Staff" who have Password and Email, or Password, Email and Okta Verify could no longer sign in to "Shop": it would be assigned to no group of theirs, which leaves only those whom it is assigned to one by one\n  to do it all the same: --accept-lockout "group/Staff"\n',
    );
    expect((await run('destroy', '-f', 'group.yaml', '--yes', '--accept-lockout', 'group/Staff')).exitCode).toBe(0);
  });
});
