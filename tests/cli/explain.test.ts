import { resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Application } from '../../src/wire/application.ts';
import type { Authenticator } from '../../src/wire/authenticator.ts';
import type { Group, User } from '../../src/wire/directory.ts';
import type { NetworkZone } from '../../src/wire/network-zone.ts';
import type { Policy } from '../../src/wire/policy.ts';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg, type Untyped } from '../support/emulator.ts';
import { fileConfig, provisioner } from '../support/provision.ts';

const SHIPPED = resolve('config/password-phone.yaml');
const APP = 'Password and phone app';

const org = testOrg();
beforeEach(async () => {
  await org.reset();
  expect((await provisioner(org).apply(fileConfig(SHIPPED))).exitCode).toBe(0);
});

const run = (...args: string[]) =>
  cli(workFolder(), ['explain', ...args, '--org-url', org.url, '--token', org.token], {
    MARY_PASSWORD: 'Correct-Horse-9',
  });

async function explain(...args: string[]): Promise<Untyped> {
  const { stdout, stderr, exitCode } = await run(...args, '--json');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return JSON.parse(stdout);
}

const createUser = (login: string, more: object = { credentials: { password: { value: 'Correct-Horse-9' } } }) =>
  org.ok<User>('POST', '/api/v1/users?activate=true', {
    profile: { login, email: login, firstName: 'A', lastName: 'B' },
    ...more,
  });

async function policyOf(name: string): Promise<Policy | undefined> {
  return (await org.ok<Policy[]>('GET', '/api/v1/policies?type=ACCESS_POLICY')).find((one) => one.name === name);
}

/** A rule in front of the catch-all one of the app's policy. */
async function addRule(name: string, rule: { conditions?: object; access?: string; method?: object }): Promise<void> {
  const policy = await policyOf('Password and phone');
  await org.ok('POST', `/api/v1/policies/${policy?.id}/rules`, {
    type: 'ACCESS_POLICY',
    name,
    ...(rule.conditions ? { conditions: rule.conditions } : {}),
    actions: {
      appSignOn: {
        access: rule.access ?? 'ALLOW',
        verificationMethod: rule.method ?? { type: 'ASSURANCE', factorMode: '1FA', constraints: [] },
      },
    },
  });
}

describe('explain', () => {
  it('tells each policy and rule that decides, what is demanded and what would do, with the lines of the config', async () => {
    const { stdout, exitCode } = await run('mary@example.com', '--app', APP, '-f', SHIPPED);
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(SHIPPED, 'org.yaml')).toBe(
      [
        'mary@example.com (ACTIVE) and the app "Password and phone app"',
        'can sign in with what is enrolled',
        '',
        'Assigned to the app: yes',
        '',
        'Global session policy',
        '  "Default Policy", rule "Default Rule"',
        '  access allowed',
        '',
        'App sign-in policy',
        '  "Password and phone", rule "Catch-all Rule"  org.yaml:18:5, org.yaml:20:9',
        '  access allowed; user must authenticate with password + another factor; again after PT12H',
        '',
        'Authenticator enrollment policy',
        '  "Default Policy", rule "Default Rule"  org.yaml:14:5',
        '  users enrol when they are first asked for a factor',
        '  may enrol: Okta Verify',
        '',
        'Authenticators',
        '  Email: disabled; enrolled',
        '  Okta Verify: optional',
        '  Password: required; enrolled',
        '  Phone: optional; enrolled for SMS, voice call',
        '  Security Question: disabled; for recovery only',
        '',
        'Enrolled factors that would do',
        '  Password, then Phone (SMS)',
        '  Password, then Phone (voice call)',
        '',
      ].join('\n'),
    );
  });

  it('says why each rule before the one that applies does not, in order', async () => {
    const zone = await org.ok<{ id: string }>('POST', '/api/v1/zones', {
      type: 'IP',
      name: 'Office',
      status: 'ACTIVE',
      gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }],
    });
    const group = await org.ok<Group>('POST', '/api/v1/groups', { profile: { name: 'Staff' } });
    await addRule('Staff only', { conditions: { people: { groups: { include: [group.id] } } } });
    await addRule('In the office', { conditions: { network: { connection: 'ZONE', include: [zone.id] } } });
    const unknown = await explain('mary@example.com', '--app', APP);
    expect(unknown.appSignIn).toMatchObject({
      rule: { name: 'Catch-all Rule' },
      skipped: [
        { name: 'Staff only', reason: 'it is for other groups or users' },
        { name: 'In the office', reason: 'it is for network zones, and the zone of the client is not known' },
      ],
    });
    const office = { rule: { name: 'In the office' }, demand: { userMustAuthenticateWith: 'any 1 factor' } };
    const inside = await explain('mary@example.com', '--app', APP, '--ip', '203.0.113.9');
    expect(inside).toMatchObject({ client: { ip: '203.0.113.9', zones: ['Office'] }, appSignIn: office });
    expect(inside.satisfiedBy).toEqual([['password']]);
    expect(await explain('mary@example.com', '--app', APP, '--zone', 'Office')).toMatchObject({ appSignIn: office });
    const outside = await explain('mary@example.com', '--app', APP, '--ip', '198.51.100.1');
    expect(outside.appSignIn.skipped[1].reason).toBe('the client is not in its network zones');
  });

  it('says what is to be enrolled on the way', async () => {
    await createUser('new@example.com');
    expect(await explain('new@example.com', '--app', APP)).toMatchObject({
      verdict: { can: 'signInAfterEnrolling', enroll: ['oktaVerify', 'phone'] },
      enrollment: { self: 'CHALLENGE', required: [], optional: ['oktaVerify', 'phone'] },
      satisfiedBy: [],
    });
    expect((await run('new@example.com', '--app', APP)).stdout).toContain(
      'can sign in after enrolling Okta Verify or Phone on the way',
    );
  });

  it('counts no factor that the enrollment policy disables', async () => {
    await addRule('Possession', {
      method: { type: 'ASSURANCE', factorMode: '1FA', constraints: [{ possession: {} }] },
    });
    const { satisfiedBy } = await explain('mary@example.com', '--app', APP);
    expect(satisfiedBy).toEqual([
      ['password', 'phone (sms)'],
      ['password', 'phone (voice)'],
    ]);
  });

  it.each([
    ['a rule that denies', () => addRule('Nobody', { access: 'DENY' }), 'the rule "Nobody" denies access'],
    [
      'a demand that nothing meets',
      () =>
        addRule('Hardware', {
          method: {
            type: 'ASSURANCE',
            factorMode: '2FA',
            constraints: [{ possession: { hardwareProtection: 'REQUIRED' } }],
          },
        }),
      'the rule requires a hardware-protected possession factor',
    ],
    [
      'a user who is suspended',
      async () => {
        const { id } = await org.ok<User>('GET', '/api/v1/users/mary@example.com');
        await org.ok('POST', `/api/v1/users/${id}/lifecycle/suspend`);
      },
      'the user has status SUSPENDED',
    ],
    [
      'an app that is off',
      async () => {
        const [app] = await org.ok<Application[]>('GET', '/api/v1/apps?q=Password');
        await org.ok('POST', `/api/v1/apps/${app?.id}/lifecycle/deactivate`);
      },
      `the app "${APP}" is INACTIVE`,
    ],
    [
      'a user who is not assigned',
      async () => {
        const [app] = await org.ok<Application[]>('GET', '/api/v1/apps?q=Password');
        const [everyone] = await org.ok<Group[]>('GET', '/api/v1/groups?q=Everyone');
        await org.ok('DELETE', `/api/v1/apps/${app?.id}/groups/${everyone?.id}`);
      },
      `the user is not assigned to the app "${APP}"`,
    ],
  ])('%s: cannot sign in, and why', async (_title, spoil, reason) => {
    await spoil();
    const { stdout, exitCode } = await run('mary@example.com', '--app', APP);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')[1]).toContain(`cannot sign in: ${reason}`);
  });

  it('from an address that the org blocks nobody signs in, unless it is exempt', async () => {
    const block = await org.ok<NetworkZone>('POST', '/api/v1/zones', {
      type: 'IP',
      name: 'Bad places',
      status: 'ACTIVE',
      usage: 'BLOCKLIST',
      gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }],
    });
    const verdict = async (...where: string[]) =>
      (await run('mary@example.com', '--app', APP, ...where)).stdout.split('\n')[1];
    const blocked = 'cannot sign in: the client is in the network zone "Bad places", which is a blocklist';
    expect(await verdict('--ip', '203.0.113.9')).toBe(blocked);
    expect(await verdict('--zone', 'Bad places')).toBe(blocked);
    expect(await explain('mary@example.com', '--app', APP, '--ip', '203.0.113.9')).toMatchObject({ satisfiedBy: [] });
    expect(await verdict('--ip', '198.51.100.1')).toBe('can sign in with what is enrolled');

    const zones = await org.ok<NetworkZone[]>('GET', '/api/v1/zones');
    const { _links, ...exempt } = zones.find(({ name }) => name === 'DefaultExemptIpZone') as NetworkZone;
    const gateways = [{ type: 'CIDR', value: '203.0.113.9/32' }];
    await org.ok('PUT', `/api/v1/zones/${exempt.id}`, { ...exempt, gateways, useAsExemptList: true });
    expect(await verdict('--ip', '203.0.113.9')).toBe('can sign in with what is enrolled');
    expect(await verdict('--ip', '203.0.113.10')).toBe(blocked);

    await org.ok('POST', `/api/v1/zones/${block.id}/lifecycle/deactivate`);
    expect(await verdict('--ip', '203.0.113.10')).toBe('can sign in with what is enrolled');
  });

  it('says of which zones an address does not tell', async () => {
    await org.ok('POST', '/api/v1/zones', {
      type: 'DYNAMIC',
      name: 'Far away',
      status: 'ACTIVE',
      usage: 'BLOCKLIST',
      locations: [{ country: 'AQ', region: null }],
    });
    const lines = async (...where: string[]) =>
      (await run('mary@example.com', '--app', APP, ...where)).stdout.split('\n').slice(1, 3);
    expect(await lines('--ip', '203.0.113.9')).toEqual([
      'can sign in with what is enrolled',
      'note: an address does not tell whether it is in "Far away"; name with --zone what it is in',
    ]);
    expect(await lines('--ip', '203.0.113.9', '--zone', 'Far away')).toEqual([
      'cannot sign in: the client is in the network zone "Far away", which is a blocklist',
      '',
    ]);
  });

  it('tells an authenticator that is for recovery only, and does not count it', async () => {
    const all = await org.ok<Authenticator[]>('GET', '/api/v1/authenticators');
    const phone = all.find(({ key }) => key === 'phone_number');
    await org.ok('PUT', `/api/v1/authenticators/${phone?.id}`, {
      ...phone,
      settings: { ...phone?.settings, allowedFor: 'recovery' },
    });
    const { stdout } = await run('mary@example.com', '--app', APP);
    expect(stdout).toContain('  Phone: optional; enrolled for SMS, voice call; for recovery only\n');
    expect(stdout).toMatch(/Enrolled factors that would do\n {2}none\n$/);
    const { authenticators } = await explain('mary@example.com', '--app', APP);
    expect(authenticators.find(({ name }: Untyped) => name === 'phone')).toEqual({
      name: 'phone',
      level: 'OPTIONAL',
      usedFor: 'recovery',
      enrolled: ['sms', 'voice'],
    });
  });

  it('shows the lines of the global session policy that decides', async () => {
    const yaml = `version: 1
groups:
  - name: Phone testers
globalSessionPolicies:
  - name: Testers
    groups: [Phone testers]
    rules:
      - { name: All day, access: allowed, maxSessionMinutes: 600 }
`;
    const folder = workFolder({ 'orgproof.yaml': yaml });
    const at = ['--org-url', org.url, '--token', org.token];
    expect((await cli(folder, ['apply', '--yes', ...at])).stderr).toBe('');
    const told = ['explain', 'mary@example.com', '--app', APP, '-f', 'orgproof.yaml', ...at];
    expect((await cli(folder, told)).stdout).toContain(
      '  "Testers", rule "All day"  orgproof.yaml:5:5, orgproof.yaml:8:9\n',
    );
    expect(JSON.parse((await cli(folder, [...told, '--json'])).stdout).globalSession).toMatchObject({
      policy: { name: 'Testers', address: 'globalSessionPolicy/Testers', source: { line: 5 } },
      rule: { name: 'All day', address: 'globalSessionPolicyRule/Testers/All day', source: { line: 8 } },
    });
  });

  it.each([
    ['expire_password', 'can sign in with what is enrolled; the password has expired and has to be changed'],
    [
      'reset_password?sendEmail=false',
      'cannot sign in: the user has status RECOVERY: first the password has to be set anew, by the link that Okta sent',
    ],
  ])('after %s: says what has to be done first', async (verb, verdict) => {
    const { id } = await org.ok<User>('GET', '/api/v1/users/mary@example.com');
    await org.ok('POST', `/api/v1/users/${id}/lifecycle/${verb}`);
    expect((await run('mary@example.com', '--app', APP)).stdout.split('\n')[1]).toBe(verdict);
  });

  it('asks for the Admin Console whether the user is an admin, directly or by a group', async () => {
    const told = async (login: string) => {
      const { stdout } = await run(login, '--app', 'Okta Admin Console');
      const lines = stdout.split('\n');
      return [lines[1], lines[3]];
    };
    const admin = 'Admin role, by which the app is reached: yes';
    expect((await told('admin@example.com'))[1]).toBe(admin);
    expect((await told('admin@example.com'))[0]).toMatch(/^can sign in /);
    expect(await told('mary@example.com')).toEqual([
      'cannot sign in: the user has no admin role, by which alone "Okta Admin Console" is reached',
      'Admin role, by which the app is reached: no',
    ]);
    const [testers] = await org.ok<Group[]>('GET', '/api/v1/groups?q=Phone');
    await org.ok('POST', `/api/v1/groups/${testers?.id}/roles`, { type: 'HELP_DESK_ADMIN' });
    expect((await told('mary@example.com'))[1]).toBe(admin);

    await org.ok('PUT', '/_emulator/faults', {
      faults: [
        {
          method: 'GET',
          path: '/api/v1/users/*/roles',
          status: 403,
          body: {
            errorCode: 'E0000006',
            errorSummary: 'No permission',
            errorLink: '',
            errorId: 'oaeX',
            errorCauses: [],
          },
        },
      ],
    });
    const [verdict, role] = await told('mary@example.com');
    expect(verdict).not.toContain('role');
    expect(role).toBe(
      'Admin role, by which the app is reached: not known: the credentials may not read roles (okta.roles.read)',
    );
  });

  it('shows names of the org as what they are to a terminal: text', async () => {
    await org.ok('POST', '/api/v1/zones', {
      type: 'IP',
      name: 'Office\u202e\u009b2J',
      status: 'ACTIVE',
      gateways: [{ type: 'CIDR', value: '203.0.113.0/24' }],
    });
    await addRule('Nobody\u001b]0;owned\u0007', { access: 'DENY' });
    const { stdout } = await run('mary@example.com', '--app', APP, '--ip', '203.0.113.9');
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      `mary@example.com (ACTIVE) and the app "${APP}", from 203.0.113.9, zone "Office\\u202e\\u009b2J"`,
      'cannot sign in: the rule "Nobody\\u001b]0;owned\\u0007" denies access',
    ]);
    expect(stdout).not.toMatch(/[^\P{C}\n]/u);
  });

  it('sends no write', async () => {
    await org.ok('DELETE', '/_emulator/requests');
    await run('mary@example.com', '--app', APP, '--ip', '203.0.113.9');
    const { requests } = (await org.api('GET', '/_emulator/requests')).body;
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.filter((request: Untyped) => request.method !== 'GET')).toEqual([]);
  });
});

describe('bad input', () => {
  it.each([
    [['mary@exmaple.com', '--app', APP], 'the org has no user "mary@exmaple.com"', 'did you mean "mary@example.com"?'],
    [['mary', '--app', APP], 'the org has no user "mary"', 'did you mean "mary@example.com"?'],
    [['mary@example.com', '--app', 'Password and fone app'], 'the org has no app', `did you mean "${APP}"?`],
    [['mary@example.com', '--app', APP, '--zone', 'LegacyIpZon'], 'no network zone', 'did you mean "LegacyIpZone"?'],
    [['mary@example.com', '--app', APP, '--ip', '203.0.113'], '"203.0.113" is no IP address', 'like 203.0.113.9'],
    [['mary@example.com', '--app', 'Machine'], 'nobody signs in to the service app "Machine"', 'that users sign in to'],
    [['mary@example.com'], 'Missing required argument: app', 'see orgproof explain --help'],
  ])('%s: exit 5', async (args, message, hint) => {
    await org.ok('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'Machine',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
      settings: {
        oauthClient: {
          application_type: 'service',
          grant_types: ['client_credentials'],
          response_types: ['token'],
        },
      },
    });
    const { exitCode, stdout, stderr } = await run(...args);
    expect(exitCode).toBe(5);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });
});
