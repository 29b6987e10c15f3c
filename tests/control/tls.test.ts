import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { makeTlsIdentity, tlsIdentityIn } from '../../src/emulator/tls.ts';

let folder = '';
let emulator: Emulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orgproof-tls-'));
  emulator = await startEmulator({ tls: true });
});
afterAll(async () => {
  await emulator.stop();
  await rm(folder, { recursive: true });
});

function statusOf(url: string, ca?: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { ...(ca === undefined ? {} : { ca }), agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

describe('an org over TLS', () => {
  it('is trusted by who trusts its certificate, by name and by address', async () => {
    expect(emulator.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const { port } = new URL(emulator.url);
    const path = '/.well-known/okta-organization';
    expect(await statusOf(emulator.url + path, emulator.certificate)).toBe(200);
    expect(await statusOf(`https://localhost:${port}${path}`, emulator.certificate)).toBe(200);
    await expect(statusOf(emulator.url + path)).rejects.toThrow(/self-signed certificate/);
  });

  it('is reached with NODE_EXTRA_CA_CERTS, and its issuer is https', async () => {
    const file = join(folder, 'extra.pem');
    await writeFile(file, emulator.certificate ?? '');
    const program = `fetch(process.argv[1]).then((r) => r.json()).then((b) => console.log(b.issuer))`;
    const url = `${emulator.url}/oauth2/default/.well-known/openid-configuration`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, url], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: file },
    });
    expect(stdout.trim()).toBe(`${emulator.url}/oauth2/default`);
  });
});

describe('a certificate in a folder', () => {
  it('is made once, its key for the owner only, and made anew when it does not cover a name', async () => {
    const first = await tlsIdentityIn(join(folder, 'kept'));
    expect(first.certFile).toBe(join(folder, 'kept', 'cert.pem'));
    expect((await stat(join(folder, 'kept', 'key.pem'))).mode & 0o777).toBe(0o600);
    expect((await tlsIdentityIn(join(folder, 'kept'))).cert).toBe(first.cert);
    const second = await tlsIdentityIn(join(folder, 'kept'), ['okta.test']);
    expect(second.cert).not.toBe(first.cert);
    expect((await tlsIdentityIn(join(folder, 'kept'), ['okta.test'])).cert).toBe(second.cert);
    expect(await readFile(second.certFile, 'utf8')).toBe(second.cert);
  });

  it('that is no certificate is replaced', async () => {
    const { certFile } = await tlsIdentityIn(join(folder, 'spoilt'));
    await writeFile(certFile, 'spoilt');
    const { cert } = await tlsIdentityIn(join(folder, 'spoilt'));
    expect(cert).toContain('BEGIN CERTIFICATE');
  });

  it('serves an org that is given it', async () => {
    const identity = await makeTlsIdentity();
    const other = await startEmulator({ tls: identity });
    try {
      expect(other.certificate).toBe(identity.cert);
      expect(await statusOf(`${other.url}/.well-known/okta-organization`, identity.cert)).toBe(200);
    } finally {
      await other.stop();
    }
  });
});
