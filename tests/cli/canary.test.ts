import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();

/** Each with signs that JSON, URLs and base64 write in another way. */
const SECRETS = {
  password: 'Kanarienvogel-1"&/ü=?',
  varPassword: 'Zaunkönig-2"&/ü=?',
  hookSecret: 'Rotkehlchen-3"&/=?',
  header: 'Nachtigall-4"&/=?',
};
const PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;

const CONFIG = `version: 1
authenticators:
  phone: { status: active, usedFor: authentication and recovery, methods: { sms: active, voice: active } }
enrollmentPolicies:
  - { name: Default Policy, authenticators: { password: required, email: disabled, phone: optional } }
appSignInPolicies:
  - name: Password and phone
    rules: [{ name: Catch-all Rule, access: allowed, userMustAuthenticateWith: password + another factor }]
inlineHooks:
  - name: SMS
    type: telephony
    url: https://a.example.com/sms
    authorizationSecret: \${file:hook-secret.txt}
    headers: { x-api-key: "\${env:HEADER}" }
    status: inactive
users:
  - { login: mary@example.com, firstName: Mary, lastName: Major, password: "\${env:MARY_PASSWORD}", phone: '+14155550132' }
  - { login: rich@example.com, firstName: Rich, lastName: Roe, password: "\${var:password}" }
apps:
  - label: Canary app
    type: web
    grantTypes: [authorization code, interaction code, refresh token]
    redirectUris: [http://localhost:8080/login/callback]
    signInPolicy: Password and phone
    assignedTo: [Everyone]
authorizationServers:
  - name: default
    policies:
      - { name: Default Policy, rules: [{ name: Default Policy Rule, grantTypes: { add: [interaction code] } }] }
flows:
  - { name: By SMS, user: mary@example.com, app: Canary app, steps: [password, phone sms], expect: { signedIn: true } }
  - { name: By voice, user: mary@example.com, app: Canary app, steps: [password, phone voice], expect: { signedIn: false } }
`;

describe('secrets', () => {
  const folder = workFolder({ 'orgproof.yaml': CONFIG, 'hook-secret.txt': `${SECRETS.hookSecret}\n` });
  const told: string[] = [];

  async function run(args: readonly string[], env: Record<string, string> = {}): Promise<number | null> {
    const { stdout, stderr, exitCode } = await cli(folder, args, {
      MARY_PASSWORD: SECRETS.password,
      HEADER: SECRETS.header,
      OKTA_CLIENT_ORGURL: org.url,
      OKTA_CLIENT_TOKEN: org.token,
      GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
      ...env,
    });
    told.push(`$ orgproof ${args.join(' ')}\n${stdout}\n${stderr}`);
    return exitCode;
  }
  const withConfig = (...args: string[]) => run([...args, '--var', `password=${SECRETS.varPassword}`]);

  /** The next write to a path is refused as Okta does it, with the value in the words of the refusal. */
  async function refuseNext(method: string, path: string, value: string): Promise<void> {
    const cause = { errorSummary: `password: "${value}" was found in a list; ${encodeURIComponent(value)}` };
    const body = {
      errorCode: 'E0000001',
      errorSummary: `Api validation failed: ${value}`,
      errorLink: 'E0000001',
      errorId: 'oae1',
      errorCauses: [cause],
    };
    await org.api('PUT', '/_emulator/faults', { faults: [{ method, path, status: 400, body, count: 1 }] });
  }

  beforeAll(async () => {
    expect(await withConfig('validate')).toBe(0);
    expect(await withConfig('plan', '-v')).toBe(0);
    expect(await withConfig('plan', '--json')).toBe(0);
    expect(await withConfig('plan', '--out', 'saved.plan.json')).toBe(0);
    await refuseNext('POST', '/api/v1/inlineHooks', `${SECRETS.hookSecret} ${SECRETS.header}`);
    expect(await withConfig('apply', '--yes')).toBe(1);
    for (const value of [SECRETS.password, SECRETS.varPassword]) {
      await refuseNext('POST', '/api/v1/users', value);
      expect(await withConfig('apply', '--yes', '-v')).toBe(1);
    }
    await refuseNext('GET', '/api/v1/apps', org.token);
    expect(await withConfig('plan')).toBe(1);
    expect(await withConfig('apply', '--yes', '--json')).toBe(0);
    expect(await withConfig('drift')).toBe(0);
    expect(await withConfig('drift', '--json')).toBe(0);
    expect(await withConfig('verify')).toBe(3);
    expect(await withConfig('verify', '--json', '--driver', 'guide')).toBe(3);
    expect(await withConfig('explain', 'mary@example.com', '--app', 'Canary app', '-f', 'orgproof.yaml')).toBe(0);
    expect(await run(['export', '--all'])).toBe(0);
    expect(await run(['export', '--out', 'exported.yaml'])).toBe(0);
    expect(await run(['doctor'])).toBeLessThanOrEqual(1);
    expect(await run(['env', '--app', 'Canary app', '--out', 'app.env', '--json'])).toBe(0);
    writeFileSync(join(folder, 'orgproof.yaml'), CONFIG.replace('lastName: Roe', 'lastName: Doe, ensure: absent'));
    await refuseNext('DELETE', '/api/v1/users/*', SECRETS.varPassword);
    expect(await withConfig('apply', '--yes')).toBe(1);
    expect(await withConfig('apply', '--yes', '--adopt-credentials')).toBe(0);
    await refuseNext('POST', '/api/v1/users/*', SECRETS.varPassword);
    expect(await run(['rollback', '--yes', '-v'])).toBeLessThanOrEqual(1);
    expect(await withConfig('destroy', '--yes')).toBeLessThanOrEqual(1);
    const key = {
      OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
      OKTA_CLIENT_CLIENTID: '0oa1',
      OKTA_CLIENT_SCOPES: 'okta.users.read',
    };
    expect(await run(['doctor'], { ...key, OKTA_CLIENT_PRIVATEKEY: PRIVATE_KEY })).toBe(1);
    expect(await run(['doctor'], { ...key, OKTA_CLIENT_PRIVATEKEY: PRIVATE_KEY.replace('MII', 'XXX') })).toBe(1);
    expect(await run(['plan', '--token', `${org.token}x`, '--var', 'password=x'])).toBe(1);
  }, 240_000);

  it('of every kind stand nowhere in clear, nor in a form that says the same', async () => {
    const app = new RegExp(/CLIENT_SECRET=(.*)/).exec(readFileSync(join(folder, 'app.env'), 'utf8'))?.[1] ?? '';
    expect(app).toMatch(/^[\w-]{40,}$/);
    const { messages } = (await org.api('GET', '/_emulator/messages')).body;
    expect(messages.length).toBeGreaterThan(1);
    const keyBody = PRIVATE_KEY.split('\n')[5] ?? '';
    const secrets = [...Object.values(SECRETS), org.token, app, keyBody].flatMap(formsOf);
    const leaks = written().flatMap(({ name, text }) => [
      ...secrets.filter((secret) => text.includes(secret)).map((secret) => `${name}: ${secret}`),
      ...(/eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/.test(text) ? [`${name}: a token`] : []),
      ...messages
        .filter(({ code }: { code: string }) => new RegExp(`(?<![\\d.])${code}(?!\\d)`).test(text))
        .map(({ code }: { code: string }) => `${name}: the code ${code}`),
    ]);
    expect(leaks).toEqual([]);
  });

  it('are what everything was searched for: the rest of it is there', () => {
    const names = written().map(({ name }) => name.replace(/[\dTZ-]{12,}\S*(?=\.jsonl)|[0-9a-f]{16}/g, '*'));
    expect(names).toEqual(
      expect.arrayContaining([
        '.orgproof/applies/*/*.jsonl',
        '.orgproof/evidence/junit.xml',
        '.orgproof/evidence/report.html',
        '.orgproof/evidence/results.json',
        '.orgproof/ledger.json',
        'exported.yaml',
        'saved.plan.json',
        'summary.md',
      ]),
    );
    expect(told.join('\n')).toContain('Api validation failed: [redacted]');
  });

  /** All that was printed and written, except what was asked for: the file of `env`, and that of the secret. */
  function written(): { name: string; text: string }[] {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile() && !['app.env', 'hook-secret.txt'].includes(name))
      .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
    return [...files, ...told.map((text) => ({ name: text.split('\n')[0] ?? '', text: text.replace(/^.*\n/, '') }))];
  }
});

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inJson = JSON.stringify(secret).slice(1, -1);
  // Of base64, what does not depend on what stands before it.
  const base64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  return [...new Set([secret, encodeURIComponent(secret), inJson, ...base64])];
}
