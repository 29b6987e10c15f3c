import { resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';

const org = testOrg();
beforeEach(() => org.reset());

const SHIPPED = resolve('config/password-phone.yaml');
const ENV = { MARY_PASSWORD: 'Correct-Horse-9' };
const target = () => ['--org-url', org.url, '--token', org.token];

interface Counts {
  total: number;
  writes: number;
  byBucket: Record<string, number>;
}

async function json(folder: string, command: string, file: string, ...flags: string[]): Promise<PlanDocument> {
  const { stdout } = await cli(folder, [command, '-f', file, '--json', ...target(), ...flags], ENV);
  return JSON.parse(stdout);
}

interface PlanDocument {
  lockouts: { address: string }[];
  requests: Counts & { expected: Counts & { perMinute: Record<string, number>; seconds: number } };
}

/** What an apply sends beyond the reads of its plan, by the counts of both. */
async function compared(folder: string, file: string): Promise<{ expected: Counts; sent: Counts }> {
  const { requests, lockouts } = await json(folder, 'plan', file);
  const accepted = lockouts.flatMap(({ address }) => ['--accept-lockout', address]);
  const applied = (await json(folder, 'apply', file, '--yes', ...accepted)).requests;
  const { total, writes, byBucket } = requests.expected;
  const buckets = Object.entries(applied.byBucket).map(
    ([bucket, count]) => [bucket, count - (requests.byBucket[bucket] ?? 0)] as const,
  );
  return {
    expected: { total, writes, byBucket },
    sent: {
      total: applied.total - requests.total,
      writes: applied.writes,
      byBucket: Object.fromEntries(buckets.filter(([, count]) => count > 0)),
    },
  };
}

describe('the requests that a plan expects', () => {
  it('are those that apply sends, for the org of the guide', async () => {
    const { expected, sent } = await compared(workFolder(), SHIPPED);
    expect(expected).toEqual(sent);
    expect(expected.writes).toBe(15);
  });

  it('are those that apply sends, for changes of what is there', async () => {
    const folder = workFolder({
      'a.yaml': `version: 1
groups: [{ name: A, description: one }, { name: B }]
appSignInPolicies: [{ name: P, rules: [{ name: R, access: allowed, groups: [A] }] }]
apps: [{ label: App, type: web, grantTypes: [authorization code], redirectUris: [http://localhost/a], signInPolicy: P, assignedTo: [A] }]
trustedOrigins: [{ name: T, origin: http://localhost:1, allow: [cors] }]
groupRules: [{ name: R, expression: 'user.department == "A"', assignTo: [B] }]
`,
      'b.yaml': `version: 1
groups: [{ name: A, description: two }, { name: B }]
appSignInPolicies: [{ name: P, rules: [{ name: R, access: denied, groups: [B], status: inactive }] }]
apps: [{ label: App, type: web, grantTypes: [authorization code], redirectUris: [http://localhost/b], assignedTo: [B] }]
trustedOrigins: [{ name: T, origin: http://localhost:2, allow: [cors], status: inactive }]
groupRules: [{ name: R, expression: 'user.department == "B"', assignTo: [B] }]
`,
      'c.yaml': `version: 1
groups: [{ name: A, ensure: absent }]
apps: [{ label: App, type: web, ensure: absent }]
trustedOrigins: [{ name: T, origin: http://localhost:2, allow: [cors], ensure: absent }]
groupRules: [{ name: R, expression: 'user.department == "B"', assignTo: [B], ensure: absent }]
`,
    });
    for (const file of ['a.yaml', 'b.yaml', 'c.yaml']) {
      const { expected, sent } = await compared(folder, file);
      expect(expected, file).toEqual(sent);
    }
  });

  it('are told with the limits of the org, and none when there is nothing to do', async () => {
    const folder = workFolder();
    const { stdout } = await cli(folder, ['plan', '-f', SHIPPED, ...target()], ENV);
    expect(stdout).toMatch(
      /^Requests: 15 writes, \d+ reads \(.*apps 1 of 25\/min, .*\), about [1-3] s at this org's limits\.$/m,
    );
    expect(stdout).toContain('others ');
    await cli(folder, ['apply', '--yes', '-f', SHIPPED, ...target()], ENV);
    expect((await cli(folder, ['plan', '-f', SHIPPED, ...target()], ENV)).stdout).not.toContain('Requests:');
    expect((await json(folder, 'plan', SHIPPED)).requests.expected).toMatchObject({ total: 0, writes: 0, seconds: 0 });
  });

  it('take the minutes that the limits make of them', async () => {
    const apps = Array.from(
      { length: 60 },
      (_, index) => `  - { label: App ${index}, type: service, grantTypes: [client credentials] }\n`,
    );
    const folder = workFolder({ 'org.yaml': `version: 1\napps:\n${apps.join('')}` });
    const { expected } = (await json(folder, 'plan', 'org.yaml')).requests;
    expect(expected).toMatchObject({ total: 60, byBucket: { '/api/v1/apps': 60 }, perMinute: { '/api/v1/apps': 25 } });
    // 25 at once, 25 a minute later, and the last ten after one more.
    expect(expected.seconds).toBeGreaterThan(115);
    expect(expected.seconds).toBeLessThan(130);
    const more = await json(folder, 'plan', 'org.yaml', '--max-capacity', '100');
    expect(more.requests.expected.seconds).toBeLessThan(70);
  });
});
