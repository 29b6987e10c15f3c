import type { Config } from '../config/load.ts';
import { EXIT, OrgproofError } from '../shared/errors.ts';
import type { Io } from './io.ts';
import { type ConfigArgs, DEFAULT_CONFIG } from './options.ts';

/** Loads the config that the flags name. Its secrets are not shown from then on. */
export async function loadConfigFor(
  args: ConfigArgs,
  io: Pick<Io, 'hide'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Config> {
  const { loadConfig } = await import('../config/load.ts');
  const paths = args.config.length > 0 ? args.config : [DEFAULT_CONFIG];
  const config = loadConfig({ paths, env, vars: parseVars(args.var) });
  io.hide(...config.secrets);
  return config;
}

function parseVars(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) {
        throw new OrgproofError(`--var ${pair} is not NAME=VALUE`, { code: 'usage', exitCode: EXIT.usage });
      }
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** Loads the config and refuses one whose policies rule out what its flows expect (exit 4). */
export async function loadSatisfiableConfig(args: ConfigArgs, io: Pick<Io, 'hide'>): Promise<Config> {
  const config = await loadConfigFor(args, io);
  const { assertSatisfiable } = await import('../config/satisfiability.ts');
  assertSatisfiable(config);
  return config;
}
