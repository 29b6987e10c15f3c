/** Start-up times of the built program, each in a process of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { median, medianMs, RUNS } from './measure.ts';

/** The command line against an empty node process. */
export function startUp(): void {
  const empty = medianMs(() => spawnSync(process.execPath, ['-e', '0']));
  const measure = (what: string, args: string[]) => {
    const time = medianMs(() => execFileSync(process.execPath, ['dist/cli/main.js', ...args], { stdio: 'ignore' }));
    console.log(
      `  ${what.padEnd(20)} ${time.toFixed(0).padStart(4)} ms = ${(time / empty).toFixed(1)} x an empty node process`,
    );
  };
  console.log(`\nStart-up of the command line (median of ${RUNS}; an empty node process takes ${empty.toFixed(0)} ms)`);
  measure('orgproof --help', ['--help']);
  process.env.MARY_PASSWORD ??= 'Correct-Horse-9';
  measure('orgproof validate', ['validate', '-f', 'config/password-phone.yaml']);
}

/** The embedded org: its module, then until it answers. The design wants it ready within 300 ms of being loaded. */
export function emulatorStart(): void {
  const program = `
    const before = performance.now();
    const { startEmulator } = await import('./dist/emulator/index.js');
    const loaded = performance.now();
    const emulator = await startEmulator();
    await fetch(emulator.url + '/_emulator/health');
    const ready = performance.now();
    console.log(JSON.stringify({ load: loaded - before, ready: ready - loaded, rss: process.memoryUsage().rss / 1e6 }));
    await emulator.stop();`;
  const samples = Array.from({ length: RUNS }, () => {
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    return JSON.parse(out) as { load: number; ready: number; rss: number };
  });
  const of = (key: 'load' | 'ready' | 'rss') => median(samples.map((sample) => sample[key])).toFixed(0);
  console.log(`\nStart of the embedded org (median of ${RUNS})`);
  console.log(`  module loaded in ${of('load')} ms, ready ${of('ready')} ms later, ${of('rss')} MB`);
}
