import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmulatorCodeSource } from '../../src/verify/codes/emulator.ts';
import { DRIVERS, type VerifyResult } from '../../src/verify/result.ts';
import { type VerifyProgress, verify } from '../../src/verify/verify.ts';
import type { User } from '../../src/wire/directory.ts';
import { APP, type GuideOrg, MARY, startGuideOrg } from '../support/guide-org.ts';
import { FLOWS } from './flows.ts';

describe('the flows of the guide, by every driver', () => {
  let org: GuideOrg;
  let directory: string;
  let result: VerifyResult;
  const progress: VerifyProgress[] = [];
  const codes: string[] = [];

  beforeAll(async () => {
    org = await startGuideOrg();
    directory = await mkdtemp(join(tmpdir(), 'orgproof-verify-'));
    result = await verify({
      orgUrl: org.url,
      api: org.api,
      flows: FLOWS,
      users: { [MARY.login]: MARY },
      drivers: DRIVERS,
      codes: new EmulatorCodeSource(org.url),
      evidenceDir: directory,
      onProgress: (event) => progress.push(event),
    });
    const answer = await fetch(`${org.url}/_emulator/messages`);
    const { messages } = (await answer.json()) as { messages: { code: string }[] };
    codes.push(...messages.map((message) => message.code));
  }, 90_000);
  afterAll(async () => {
    await org?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const of = (driver: string, name: string) =>
    result.flows.find((flow) => flow.driver === driver && flow.name.startsWith(name));

  it('passes them all', () => {
    const failed = result.flows.filter((flow) => flow.status !== 'passed');
    expect(failed.map((flow) => [flow.driver, flow.name, flow.failure])).toEqual([]);
    expect(result.summary).toMatchObject({ total: 12, passed: 12, failed: 0, error: 0, skipped: 0 });
    expect(result.warnings).toEqual([]);
  });

  it.each(DRIVERS)('%s: sees the phone offered, and only the phone', (driver) => {
    expect(of(driver, 'Password, then a code by SMS')?.offered).toEqual([['phone']]);
    expect(of(driver, 'A user without a phone')?.offered.flat()).not.toContain('email');
  });

  it.each(DRIVERS)('%s: keeps the claims of the verified ID token', (driver) => {
    const claims = of(driver, 'Password, then a code by SMS')?.claims ?? {};
    expect(claims).toMatchObject({
      iss: `${org.url}/oauth2/default`,
      aud: org.app.id,
      sub: org.userId,
      preferred_username: MARY.login,
    });
    expect([...(claims.amr as string[])].sort()).toEqual(['mca', 'mfa', 'pwd', 'sms']);
    expect(of(driver, 'Password, then a code by voice')?.claims?.amr).toContain('tel');
    expect(of(driver, 'A wrong code')?.claims).toBeUndefined();
  });

  it('tells the same story by every driver', () => {
    const names = (driver: string) =>
      result.flows.filter((flow) => flow.driver === driver).map((flow) => flow.steps.map((step) => step.name));
    expect(names('sdk')[0]).toEqual([
      'Open the sign-in',
      'Enter username and password',
      'Choose SMS',
      'Enter the code',
    ]);
    expect(names('guide')).toEqual(names('sdk'));
    expect(names('browser')).toEqual(names('sdk'));
  });

  it('reports progress as it goes', () => {
    expect(progress.filter((event) => event.kind === 'flow-started')).toHaveLength(12);
    expect(progress.filter((event) => event.kind === 'flow-ended')).toHaveLength(12);
    expect(progress.filter((event) => event.kind === 'step').length).toBeGreaterThanOrEqual(48);
  });

  it('leaves no ephemeral user behind', async () => {
    const users = await org.api.list<User>('/api/v1/users?limit=200');
    const all = await org.api.list<User>(`/api/v1/users?search=${encodeURIComponent('profile.login sw "orgproof-"')}`);
    expect(users.map((user) => user.profile.login)).toContain(MARY.login);
    expect([...users, ...all].filter((user) => user.profile.login.startsWith('orgproof-'))).toEqual([]);
  });

  it('keeps passwords, codes, tokens and phone numbers out of the evidence', async () => {
    expect(codes.length).toBeGreaterThanOrEqual(12);
    const secrets = await org.api.list<{ client_secret: string }>(`/api/v1/apps/${org.app.id}/credentials/secrets`);
    const forbidden = [MARY.password, MARY.phone, ...codes, ...secrets.map((secret) => secret.client_secret)];
    for (const file of ['results.json', 'junit.xml', 'report.html']) {
      const text = (await readFile(join(directory, file), 'utf8')).replace(/base64,[^"]+/g, '');
      for (const secret of forbidden)
        expect(new RegExp(`(?<!\\d)${secret.replace('+', '\\+')}(?!\\d)`).test(text)).toBe(false);
      expect(text).not.toMatch(/eyJ[\w-]{8,}\.[\w-]{8,}/);
    }
  });

  it('keeps a screenshot of each screen', async () => {
    const files = await readdir(join(directory, 'screenshots'));
    expect(files.filter((file) => file.startsWith('password-then-a-code-by-sms'))).toEqual([
      'password-then-a-code-by-sms--01-identify.png',
      'password-then-a-code-by-sms--02-choose-phone-method.png',
      'password-then-a-code-by-sms--03-enter-code.png',
      'password-then-a-code-by-sms--04-signed-in.png',
    ]);
  });

  it('names what the org lacks', async () => {
    const [first, second] = FLOWS;
    if (first === undefined || second === undefined) throw new Error('the flows are gone');
    const { flows } = await verify({
      orgUrl: org.url,
      api: org.api,
      flows: [
        { ...first, app: `${APP} 2` },
        { ...second, user: 'nobody@example.com' },
        { ...second, user: { ephemeral: true, groups: ['No such group'] } },
      ],
      users: { [MARY.login]: MARY },
      drivers: ['sdk'],
      codes: new EmulatorCodeSource(org.url),
      locate: (address, path) => (path === '' ? { file: address, line: 1, column: 1 } : undefined),
    });
    expect(flows.map((flow) => [flow.status, flow.failure?.code, flow.failure?.source?.file])).toEqual([
      ['failed', 'app-missing', 'app/Password and phone app 2'],
      ['failed', 'user-missing', 'user/nobody@example.com'],
      ['failed', 'group-missing', 'flow/Password, then a code by voice call'],
    ]);
  });
});
