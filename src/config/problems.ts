/** What is wrong with a config, each problem with its place and remedy. */
import { EXIT, type ExitCode, OrgproofError, type SourcePlace } from '../shared/errors.ts';

export interface Problem {
  message: string;
  place?: SourcePlace | undefined;
  hint?: string | undefined;
}

/** One or more problems of a config; nothing was read from or sent to an org. */
export class ConfigError extends OrgproofError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options: { code?: string; exitCode?: ExitCode } = {}) {
    const [first] = problems;
    super(problems.length === 1 ? (first?.message ?? '') : `${problems.length} problems in the config`, {
      code: options.code ?? 'config-invalid',
      exitCode: options.exitCode ?? EXIT.usage,
      hint: problems.length === 1 ? first?.hint : undefined,
      source: problems.length === 1 ? first?.place : undefined,
    });
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
