import { EXIT } from '../../shared/errors.ts';
import type { Command } from '../command.ts';

export const schemaCommand: Command = {
  usage: 'schema',
  summary: 'Print the JSON Schema of the config, for editors',
  options: (yargs) => yargs,
  run: async (_args, io) => {
    const { configJsonSchema } = await import('../../config/schema.ts');
    io.document(configJsonSchema());
    return EXIT.done;
  },
};
