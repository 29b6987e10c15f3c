import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface CliResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** An empty folder to run commands in, so that what they keep between runs does not meet. */
export function workFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'orgproof-cli-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Runs the built program as a person would, in `folder`, without the environment's own Okta settings. */
export function cli(folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OKTA_')));
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), ...args], {
    cwd: folder,
    env: { ...inherited, HOME: folder, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
    });
  }
  return new Promise((done) => child.once('close', (exitCode) => done({ exitCode, ...text })));
}
