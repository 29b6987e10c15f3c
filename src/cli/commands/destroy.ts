import type { ExitCode } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import { loadConfigFor } from '../config.ts';
import {
  CONFIG_OPTIONS,
  CONFIRM_OPTIONS,
  type ConfigArgs,
  type ConfirmArgs,
  GUARD_OPTIONS,
  type GuardArgs,
  TARGET_OPTIONS,
  type TargetArgs,
  withOptions,
} from '../options.ts';
import { type Connection, withOrg } from '../target.ts';
import { undo } from './rollback.ts';

export const destroyCommand: Command<ConfigArgs & TargetArgs & GuardArgs & ConfirmArgs> = {
  usage: 'destroy',
  summary: 'Remove what applies of the config created, put the rest back',
  options: (yargs) =>
    withOptions(yargs, {
      'Org:': TARGET_OPTIONS,
      'Config:': CONFIG_OPTIONS,
      'Destroy:': { ...GUARD_OPTIONS, ...CONFIRM_OPTIONS },
    }),
  run: async (args, io) => {
    const config = await loadConfigFor(args, io);
    const work = async (connection: Connection): Promise<ExitCode> => {
      const [{ planDestroy }, { memoisingReader }] = await Promise.all([
        import('../../provision/rollback.ts'),
        import('../../okta/reader.ts'),
      ]);
      const reader = memoisingReader(connection.api);
      const planned = await planDestroy({ ...connection, reader, config });
      return undo(planned, { does: 'destroy', connection, reader, args, io });
    };
    return withOrg(args, io, work, { use: 'write' });
  },
};
