import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/okta/client.ts';
import { Governor, type Wait } from '../../src/okta/governor.ts';
import { createSender } from '../../src/okta/send.ts';
import { cli, startCli, workFolder } from '../support/cli.ts';
import { testOrg } from '../support/emulator.ts';
import { answer, proxy, rateLimit, TOO_MANY, tooManyAtOnce } from '../support/proxy.ts';

const org = testOrg();
beforeEach(() => org.reset());
afterEach(async () => {
  vi.useRealTimers();
  await org.api('PUT', '/_emulator/settings', { rateLimits: false });
  await org.api('PUT', '/_emulator/faults', { faults: [] });
});

const SHIPPED = resolve('config/password-phone.yaml');
const ENV = { MARY_PASSWORD: 'Correct-Horse-9' };
const at = (...args: string[]) => [...args, '-f', SHIPPED, '--org-url', org.url, '--token', org.token];

/** Uses `count` of the 50 requests a minute that apps may be listed, and lets the minute come near its end. */
async function useApps(count: number, secondsLeft: number): Promise<void> {
  await org.api('PUT', '/_emulator/settings', { rateLimits: true });
  for (let request = 0; request < count; request++) await org.api('GET', '/api/v1/apps');
  await org.api('POST', '/_emulator/clock', { advanceMs: (60 - secondsLeft) * 1000 });
  await org.api('DELETE', '/_emulator/requests');
}

async function logged(): Promise<{ method: string; path: string; status: number; bucket: string; at: string }[]> {
  return (await org.api('GET', '/_emulator/requests')).body.requests;
}

describe('requests to an org whose rate limits are in use', () => {
  it('stop at half of a limit, and go on in the next window', async () => {
    await cli(workFolder(), at('apply', '--yes'), ENV);
    await useApps(30, 6);
    const { stdout, stderr, exitCode } = await cli(workFolder(), at('plan'), ENV);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Nothing to change');
    expect(stderr).toMatch(/^waiting \d s for the rate limit of \/api\/v1\/apps$/m);
    expect((await logged()).filter(({ status }) => status === 429)).toEqual([]);
    // The list of apps tells that more than half is used; the list of the app's groups waits.
    const apps = (await logged()).filter(({ bucket }) => bucket === '/api/v1/apps');
    expect(apps).toHaveLength(2);
  });

  it('may be told to use more of it, or less', async () => {
    await cli(workFolder(), at('apply', '--yes'), ENV);
    await useApps(30, 30);
    const more = await cli(workFolder(), at('plan', '--max-capacity', '100'), ENV);
    expect(more).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await cli(workFolder(), at('plan', '--max-capacity', '0'), ENV)).stderr).toContain(
      '--max-capacity is a whole number from 1 to 100',
    );
  });

  it('that are refused for a rate limit are sent again when it ends, writes too', async () => {
    await org.api('PUT', '/_emulator/faults', {
      faults: [{ method: 'POST', path: '/api/v1/groups', status: 429, count: 1 }],
    });
    const { stdout, stderr } = await cli(workFolder(), at('apply', '--yes'), ENV);
    expect(stderr).toMatch(/^waiting [123] s for the rate limit of \/api\/v1\/groups$/m);
    expect(stdout).toContain(`Applied to ${org.url}: 10 changes with 16 writes.`);
  });

  it('wait, all of them, when the org is asked too many things at once', async () => {
    const crowded = await tooManyAtOnce(org.url, '/api/v1/authenticators', 1);
    const args = ['plan', '-f', SHIPPED, '--org-url', crowded.url, '--token', org.token];
    const { stdout, stderr, exitCode } = await cli(workFolder(), args, ENV);
    await crowded.stop();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Plan: 6 to create, 4 to change');
    expect(stderr).toMatch(/^waiting [123] s for the org: too many requests at once$/m);
    expect(stderr.match(/waiting/g)).toHaveLength(1);
  });

  it('end at once with Ctrl-C while they wait, and what was not done is told', async () => {
    const folder = workFolder();
    await org.api('PUT', '/_emulator/faults', {
      faults: [{ method: 'POST', path: '/api/v1/trustedOrigins', status: 429, body: limited }],
    });
    await org.api('PUT', '/_emulator/settings', { rateLimits: true });
    const running = startCli(folder, at('apply', '--yes'), ENV);
    while (!running.text.stderr.includes('waiting')) await new Promise((wait) => setTimeout(wait, 20));
    const before = performance.now();
    running.child.kill('SIGINT');
    const { stderr, exitCode } = await running.result;
    expect(performance.now() - before).toBeLessThan(1000);
    expect(exitCode).toBe(130);
    expect(stderr).toContain('Trusted origin "Sample app": not applied');
    expect(stderr).toContain('interrupted while waiting for the org');
  });
});

const limited = { errorCode: 'E0000047', errorSummary: 'API call exceeded rate limit', errorCauses: [] };

describe('many requests at once', () => {
  it('never take more than the share of a window, not even before the first answer', async () => {
    await useApps(1, 2);
    const api = await connect(ssws(org.url));
    await Promise.all(Array.from({ length: 40 }, () => api.get('/api/v1/apps')));
    const apps = (await logged()).filter(({ path }) => path === '/api/v1/apps');
    expect(apps.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
    const start = Date.parse(apps[0]?.at ?? '');
    const inFirst = apps.filter(({ at }) => Date.parse(at) < start + 1000);
    // Half of 50, less the one that somebody else took.
    expect(inFirst).toHaveLength(24);
  });

  it('of buckets that the org tells apart, though we do not, wait for none', async () => {
    const waits: unknown[] = [];
    const api = await connect(ssws(org.url), { onWait: (wait) => waits.push(wait) });
    const paths = Array.from({ length: 20 }, () => ['/api/v1/groups/rules', '/api/v1/zones']).flat();
    await Promise.all(paths.map((path) => api.get(path)));
    expect(waits).toEqual([]);
    expect(api.pace.capacity('/api/v1')?.perMinute).toBe(125);
  });

  it('are no more than half of those that a free org works on at a time', async () => {
    let [inFlight, most] = [0, 0];
    const counting = await proxy(org.url, (_incoming, outgoing, pass) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      outgoing.once('finish', () => {
        inFlight -= 1;
      });
      setTimeout(pass, 50);
    });
    const api = await connect(ssws(counting.url));
    await api.get('/api/v1/groups');
    await Promise.all(Array.from({ length: 51 }, () => api.get('/api/v1/groups')));
    await counting.stop();
    // Of 35.
    expect(most).toBe(17);
  });

  it('that the org finds too many, all of them, wait once and are told once', async () => {
    let refused = 0;
    const crowded = await proxy(org.url, (incoming, outgoing, pass) => {
      if (refused === 10) return pass();
      refused += 1;
      setTimeout(() => answer(incoming, outgoing, 429, TOO_MANY, rateLimit(0, 0, 1)), refused * 20);
    });
    const waits: Wait[] = [];
    const api = await connect(ssws(crowded.url), { onWait: (wait) => waits.push(wait) });
    await Promise.all(Array.from({ length: 12 }, () => api.get('/api/v1/groups')));
    await crowded.stop();
    expect(refused).toBe(10);
    expect(waits.map(({ bucket }) => bucket)).toEqual([undefined]);
  });
});

describe('a request refused for a rate limit', () => {
  it.each([
    { what: 'of which the headers say that much remains', headers: () => rateLimit(600, 598, 1), least: 1000 },
    { what: 'of which no header tells', headers: () => ({}), least: 4000 },
  ])('$what waits, and that is told', async ({ headers, least }) => {
    const times: number[] = [];
    const limited = await proxy(org.url, (incoming, outgoing, pass) => {
      times.push(performance.now());
      if (times.length === 1) answer(incoming, outgoing, 429, TOO_MANY, headers());
      else pass();
    });
    const waits: Wait[] = [];
    const api = await connect(ssws(limited.url), { onWait: (wait) => waits.push(wait) });
    await api.post('/api/v1/groups', { profile: { name: 'Pilots' } });
    await limited.stop();
    const [first = 0, second = 0] = times;
    expect(times).toHaveLength(2);
    expect(second - first).toBeGreaterThanOrEqual(least);
    expect(waits.map(({ bucket }) => bucket)).toEqual(['/api/v1/groups']);
  });

  it('is sent again until a window of a minute has passed, though nobody tells when it ends', async () => {
    vi.useFakeTimers();
    const start = performance.now();
    const none = { get: () => null };
    const send = createSender({
      orgUrl: org.url,
      governor: new Governor({}),
      exchange: async () => {
        if (performance.now() - start < 59_000) throw Object.assign(new Error(), { status: 429, ...TOO_MANY });
        return { text: 'done', headers: none };
      },
    });
    const sent = send('POST', '/api/v1/groups');
    await vi.advanceTimersByTimeAsync(90_000);
    expect((await sent).text).toBe('done');
  });

  it('is told of however soon after the start it happens', async () => {
    vi.useFakeTimers();
    const waits: Wait[] = [];
    const governor = new Governor({ onWait: (wait) => waits.push(wait) });
    expect(performance.now()).toBe(0);
    await governor.admit('/api/v1/groups');
    governor.settle('/api/v1/groups', { limit: 50, remaining: 0, resetsInMs: 1_500 });
    const next = governor.admit('/api/v1/groups');
    await vi.advanceTimersByTimeAsync(1_500);
    await next;
    expect(waits).toEqual([{ bucket: '/api/v1/groups', seconds: 2 }]);
  });
});

describe('a 429 that is no rate limit of the API', () => {
  it('is told, not repeated', async () => {
    const errorSummary = 'An SMS message was recently sent. Please wait 30 seconds before trying again.';
    await org.api('PUT', '/_emulator/faults', {
      faults: [
        {
          method: 'POST',
          path: '/api/v1/users/*/factors',
          status: 429,
          body: { errorCode: 'E0000109', errorSummary, errorCauses: [] },
        },
      ],
    });
    await org.api('DELETE', '/_emulator/requests');
    const { stderr, exitCode } = await cli(workFolder(), at('apply', '--yes'), ENV);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(errorSummary);
    expect((await logged()).filter(({ method, path }) => method === 'POST' && path.includes('/factors'))).toHaveLength(
      1,
    );
  });
});

function ssws(orgUrl: string): Parameters<typeof connect>[0] {
  return { orgUrl, credentials: { mode: 'SSWS', token: org.token } };
}
