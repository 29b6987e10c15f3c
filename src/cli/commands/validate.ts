import { EXIT } from '../../shared/errors.ts';
import { oneLine } from '../../shared/one-line.ts';
import type { Command } from '../command.ts';
import { loadSatisfiableConfig } from '../config.ts';
import { CONFIG_OPTIONS, type ConfigArgs, withOptions } from '../options.ts';

export const validateCommand: Command<ConfigArgs> = {
  usage: 'validate',
  summary: 'Check the config offline: shape, references, and that its users could sign in',
  options: (yargs) => withOptions(yargs, { 'Config:': CONFIG_OPTIONS }),
  run: async (args, io) => {
    const config = await loadSatisfiableConfig(args, io);
    const { declared, flows, files } = config;
    if (args.json) {
      io.document({ formatVersion: 1, files, objects: declared.length, flows: flows.length });
    } else
      io.out(
        `${oneLine(files.join(', '))}: valid; ${count(declared.length, 'object')}, ${count(flows.length, 'flow')}`,
      );
    return EXIT.done;
  },
};

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
