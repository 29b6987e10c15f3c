import { closeSync, fchmodSync, fstatSync, openSync, writeFileSync } from 'node:fs';

/** Writes a text that only its owner may read (mode 0600), also where a file of that name was there for all to read. */
export function writePrivateFile(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    if (fstatSync(file).isFile()) fchmodSync(file, 0o600);
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}
