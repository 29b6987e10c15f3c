import type { Observation } from '../../doctor/calibrate.ts';
import type { Finding } from '../../doctor/index.ts';
import { EXIT, type ExitCode, OrgproofError } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import { loadConfigFor } from '../config.ts';
import type { Io } from '../io.ts';
import { CONFIG_OPTIONS, TARGET_OPTIONS, type TargetArgs, withOptions } from '../options.ts';
import { type Connection, withOrg } from '../target.ts';

interface Own {
  config: string[];
  var: string[];
  calibrate: boolean;
  yes: boolean;
}

export const doctorCommand: Command<TargetArgs & Own> = {
  usage: 'doctor',
  summary: 'Check credentials, scopes, engine, embedded sign-in and telephony of an org',
  options: (yargs) =>
    withOptions(yargs, { 'Org:': TARGET_OPTIONS }).options({
      config: { ...CONFIG_OPTIONS.config, default: [] as string[], describe: 'Check for what this config needs, too' },
      var: CONFIG_OPTIONS.var,
      calibrate: {
        type: 'boolean',
        default: false,
        describe: 'Probe a test org where the emulator rests on assumptions; makes objects and removes them',
      },
      yes: { alias: 'y', type: 'boolean', default: false, describe: 'With --calibrate: the org is a test org' },
    }),
  run: async (args, io) => {
    if (args.calibrate && !args.yes) {
      throw new OrgproofError('--calibrate makes objects in the org and removes them again', {
        code: 'confirmation-needed',
        hint: 'pass --yes if the org is a test org',
        exitCode: EXIT.usage,
      });
    }
    const config = args.config.length > 0 ? await loadConfigFor(args, io) : undefined;
    const work = async ({ api }: Connection): Promise<ExitCode> => {
      const [{ examineOrg }, { neededScopes }] = await Promise.all([
        import('../../doctor/index.ts'),
        import('../../provision/scopes.ts'),
      ]);
      const findings = await examineOrg(api, config && neededScopes(config.declared));
      const observations = args.calibrate ? await observe(api) : [];
      if (args.json) io.document({ formatVersion: 1, org: api.orgUrl, findings, observations });
      else for (const line of [...findingLines(findings, io), ...observationLines(observations, io)]) io.out(line);
      return findings.some((finding) => finding.status === 'failed') ? EXIT.failed : EXIT.done;
    };
    return withOrg(args, io, work, config && { declared: config.declared });
  },
};

async function observe(
  api: Parameters<typeof import('../../doctor/calibrate.ts').calibrate>[0],
): Promise<Observation[]> {
  const [{ calibrate }, { ASSUMPTIONS }] = await Promise.all([
    import('../../doctor/calibrate.ts'),
    import('../../emulator/index.ts'),
  ]);
  return calibrate(
    api,
    ASSUMPTIONS.map((assumption) => assumption.id),
  );
}

function findingLines(findings: readonly Finding[], io: Io): string[] {
  const marks = { ok: io.paint('green', '✓'), failed: io.paint('red', '✗'), unknown: io.paint('yellow', '?') };
  return findings.flatMap(({ title, status, detail, remedy }) => [
    `${marks[status]} ${title}: ${detail}`,
    ...(remedy === undefined ? [] : [`    ${io.paint('cyan', remedy)}`]),
  ]);
}

function observationLines(observations: readonly Observation[], io: Io): string[] {
  if (observations.length === 0) return [];
  const marks = { confirmed: io.paint('green', '✓'), refuted: io.paint('red', '✗'), notProbed: io.paint('dim', '-') };
  const count = (verdict: Observation['verdict']) => observations.filter((one) => one.verdict === verdict).length;
  return [
    '',
    'What the emulator assumes, beside what this org does:',
    ...observations.map(({ id, verdict, observed }) => `${marks[verdict]} ${id}: ${observed}`),
    `${count('confirmed')} confirmed, ${count('refuted')} refuted, ${count('notProbed')} not probed`,
  ];
}
