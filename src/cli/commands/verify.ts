import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, type ExitCode, OrgproofError } from '../../shared/errors.ts';
import type { DriverName } from '../../verify/index.ts';
import type { Command } from '../command.ts';
import { loadConfigFor } from '../config.ts';
import { interruptible } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { CONFIG_OPTIONS, type ConfigArgs, TARGET_OPTIONS, type TargetArgs, withOptions } from '../options.ts';
import { type Connection, STATE_FOLDER, withOrg } from '../target.ts';

interface Own {
  driver: string[];
  flow: string[];
  evidence: string;
  browser?: string;
}

/** Where evidence goes unless `--evidence` says otherwise. */
export const EVIDENCE_FOLDER = join(STATE_FOLDER, 'evidence');

export const verifyCommand: Command<ConfigArgs & TargetArgs & Own> = {
  usage: 'verify',
  summary: 'Perform the flows of the config and keep the evidence',
  options: (yargs) =>
    withOptions(yargs, { 'Org:': TARGET_OPTIONS, 'Config:': CONFIG_OPTIONS }).options({
      driver: {
        type: 'string',
        array: true,
        choices: ['sdk', 'guide', 'browser', 'all'],
        default: ['sdk'],
        describe: 'What performs the flows: okta-auth-js, the guide’s own calls, a browser',
        requiresArg: true,
      },
      flow: { type: 'string', array: true, default: [], describe: 'Only the flow of this name', requiresArg: true },
      evidence: {
        type: 'string',
        default: EVIDENCE_FOLDER,
        describe: 'Folder for results and report',
        requiresArg: true,
      },
      browser: { type: 'string', describe: 'Path of a browser (or ORGPROOF_BROWSER)', requiresArg: true },
    }),
  run: async (args, io) => {
    const config = await loadConfigFor(args, io);
    const flows = chosenFlows(config.flows, args.flow);
    const drivers = chosenDrivers(args.driver);
    const work = async ({ api, ledger }: Connection): Promise<ExitCode> => {
      const [{ verifyConfig }, render] = await Promise.all([
        import('../../provision/verify.ts'),
        import('../render/verify.ts'),
      ]);
      const result = await interruptible(io, (signal) =>
        verifyConfig({
          api,
          ledger,
          config: { ...config, flows },
          drivers,
          evidenceDir: args.evidence,
          browser: args.browser,
          onProgress: render.verifyProgressPrinter(io),
          signal,
        }),
      );
      if (args.json) io.document(result);
      else printSummary(render.renderVerification(result, io, args.quiet), io);
      appendJobSummary(render.verificationMarkdown(result));
      if (result.summary.total < flows.length * drivers.length) return EXIT.interrupted;
      const failed = result.summary.failed + result.summary.error;
      return failed > 0 ? EXIT.verificationFailed : (EXIT.done as ExitCode);
    };
    return withOrg(args, io, work, { declared: config.declared });
  },
};

/** GitHub Actions shows what is appended to this file on the page of the run. */
function appendJobSummary(markdown: string, file = process.env.GITHUB_STEP_SUMMARY): void {
  if (file) appendFileSync(file, markdown);
}

function printSummary(lines: readonly string[], io: Io): void {
  for (const line of lines) io.out(line);
}

function chosenFlows<Flow extends { name: string }>(flows: readonly Flow[], names: readonly string[]): readonly Flow[] {
  const unknown = names.filter((name) => !flows.some((flow) => flow.name === name));
  if (unknown.length > 0 || flows.length === 0) {
    throw new OrgproofError(
      flows.length === 0 ? 'the config has no flows' : `the config has no flow "${unknown.join('", "')}"`,
      {
        code: 'flow-unknown',
        hint: flows.length === 0 ? 'add them under flows:' : `flows: ${flows.map((flow) => flow.name).join('; ')}`,
        exitCode: EXIT.usage,
      },
    );
  }
  return names.length === 0 ? flows : flows.filter((flow) => names.includes(flow.name));
}

function chosenDrivers(names: readonly string[]): DriverName[] {
  const all: DriverName[] = ['sdk', 'guide', 'browser'];
  return names.includes('all') ? all : all.filter((driver) => names.includes(driver));
}
