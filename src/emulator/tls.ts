/**
 * The certificate of an org that is served over TLS. Made by the package selfsigned, which is loaded only then. It is its
 * own authority: a client that trusts it (`NODE_EXTRA_CA_CERTS`, `curl --cacert`) trusts nothing else by it.
 */
import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';

/** Both in PEM. */
export interface TlsIdentity {
  key: string;
  cert: string;
}

const DAY_MS = 86_400_000;
/** Browsers refuse certificates that live longer than 398 days. */
const LIFETIME_MS = 365 * DAY_MS;

/** A new key and certificate for loopback and `names` (DNS names or IP addresses). Valid for a year from now. */
export async function makeTlsIdentity(names: readonly string[] = []): Promise<TlsIdentity> {
  const { generate } = await import('selfsigned');
  const all = [...new Set(['localhost', '127.0.0.1', '::1', ...names])];
  // An hour back, for clients whose clock is behind.
  const notBeforeDate = new Date(Date.now() - 3_600_000);
  const made = await generate([{ name: 'commonName', value: 'orgproof emulator' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate: new Date(notBeforeDate.getTime() + LIFETIME_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: all.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  });
  return { key: made.private, cert: made.cert };
}

export interface StoredTlsIdentity extends TlsIdentity {
  /** Where the certificate is, for `NODE_EXTRA_CA_CERTS`. */
  certFile: string;
}

/**
 * The certificate kept in a folder (`key.pem`, `cert.pem`), so that clients need to trust it once; a new one when there is
 * none, when it does not cover `names`, or when it runs out within a month.
 */
export async function tlsIdentityIn(folder: string, names: readonly string[] = []): Promise<StoredTlsIdentity> {
  const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
  const kept = await readIdentity(files);
  if (kept && isGood(kept, names)) return { ...kept, certFile: files.cert };
  const made = await makeTlsIdentity(names);
  await mkdir(folder, { recursive: true });
  await writeFile(files.key, made.key, { mode: 0o600 });
  await chmod(files.key, 0o600);
  await writeFile(files.cert, made.cert);
  return { ...made, certFile: files.cert };
}

async function readIdentity(files: { key: string; cert: string }): Promise<TlsIdentity | undefined> {
  try {
    const [key, cert] = await Promise.all([readFile(files.key, 'utf8'), readFile(files.cert, 'utf8')]);
    return { key, cert };
  } catch {
    return undefined;
  }
}

function isGood({ cert }: TlsIdentity, names: readonly string[]): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const covers = (name: string) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name));
    const left = Date.parse(certificate.validTo) - Date.now();
    return left > 30 * DAY_MS && names.every((name) => covers(name) !== undefined);
  } catch {
    return false;
  }
}
