import { type ChildProcess, spawn } from 'node:child_process';
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
  return startCli(folder, args, env).result;
}

export interface RunningCli {
  child: ChildProcess;
  /** What it has printed so far. */
  text: { readonly stdout: string; readonly stderr: string };
  result: Promise<CliResult>;
}

/** The same, for a test that does something to it while it runs. */
export function startCli(folder: string, args: readonly string[], env: Record<string, string> = {}): RunningCli {
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
  const result = new Promise<CliResult>((done) => child.once('close', (exitCode) => done({ exitCode, ...text })));
  return { child, text, result };
}
