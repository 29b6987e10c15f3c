import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config/load.ts';
import { EXIT, type ExitCode } from '../../shared/errors.ts';
import type { DriverName } from '../../verify/index.ts';
import type { Command } from '../command.ts';
import { loadConfigFor } from '../config.ts';
import { interruptible } from '../interrupt.ts';
import type { Io } from '../io.ts';
import type { OutputArgs } from '../options.ts';
import { type Connection, withOrg } from '../target.ts';
import { EVIDENCE_FOLDER } from './verify.ts';

/** The guide's org; `config/` lies beside `src/` and beside `dist/`. */
const DEMO_CONFIG = fileURLToPath(new URL('../../../config/password-phone.yaml', import.meta.url));

export const demoCommand: Command = {
  usage: 'demo',
  summary: 'The whole job on an embedded org: plan, apply, sign in, report',
  options: (yargs) => yargs,
  run: async (args, io) => {
    // Nobody has to invent a password for a user who lives as long as the demo.
    const env = { MARY_PASSWORD: `Demo-${randomBytes(9).toString('base64url')}1a`, ...process.env };
    const config = await loadConfigFor({ config: [DEMO_CONFIG], var: [] }, io, env);
    return withOrg(
      {
        ...args,
        emulator: true,
        'emulator-state': undefined,
        'org-url': undefined,
        token: undefined,
        'max-capacity': 100, // nobody else is in this org
      },
      io,
      (connection) => demonstrate(config, connection, args, io),
    );
  },
};

async function demonstrate(config: Config, connection: Connection, args: OutputArgs, io: Io): Promise<ExitCode> {
  const [
    { planOrg, applyOrg },
    guard,
    { memoisingReader },
    { verifyConfig },
    planRender,
    { reportFailures },
    { progressPrinter },
    verifyRender,
  ] = await Promise.all([
    import('../../provision/index.ts'),
    import('../../provision/guard.ts'),
    import('../../okta/reader.ts'),
    import('../../provision/verify.ts'),
    import('../render/plan.ts'),
    import('../render/failures.ts'),
    import('../render/progress.ts'),
    import('../render/verify.ts'),
  ]);
  const shared = { config, ...connection, reader: memoisingReader(connection.api) };
  const plan = await planOrg(shared);
  io.info(planRender.renderPlan(plan, config, io));
  guard.assertNoLockout(await guard.guardPlan(plan, shared));
  const result = await interruptible(io, (signal) =>
    applyOrg(plan, { ...connection, onProgress: progressPrinter(io), signal }),
  );
  reportFailures(plan.org, result, config, io);
  if (result.exitCode !== EXIT.done) return result.exitCode as ExitCode;
  io.info(planRender.summaryLine(await planOrg({ config, ...connection })));

  const drivers = await availableDrivers(io);
  const verification = await interruptible(io, (signal) =>
    verifyConfig({
      ...connection,
      config,
      drivers,
      evidenceDir: EVIDENCE_FOLDER,
      onProgress: verifyRender.verifyProgressPrinter(io),
      signal,
    }),
  );
  if (args.json) io.document(verification);
  else for (const line of verifyRender.renderVerification(verification, io, args.quiet)) io.out(line);
  return verification.summary.failed + verification.summary.error > 0 ? EXIT.verificationFailed : EXIT.done;
}

/** The SDK always; the browser where one is found, else a clear message and no failure. */
async function availableDrivers(io: Io): Promise<DriverName[]> {
  const { findBrowser } = await import('../../verify/index.ts');
  try {
    await findBrowser();
    return ['sdk', 'browser'];
  } catch (error) {
    io.warn(io.paint('yellow', `no browser flows: ${(error as Error).message}`));
    return ['sdk'];
  }
}
