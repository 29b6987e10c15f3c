import type { ExportedConfig } from '../../provision/export.ts';
import { EXIT } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import { withTextOnStdout } from '../io.ts';
import { OUT_OPTIONS, type OutArgs, TARGET_OPTIONS, type TargetArgs, withOptions } from '../options.ts';
import { assertWritable, writePrivateFile } from '../private-file.ts';
import { withOrg } from '../target.ts';

interface Own {
  all: boolean;
  users: boolean;
}

export const exportCommand: Command<TargetArgs & OutArgs & Own> = {
  usage: 'export',
  summary: 'Print a config of a live org',
  options: (yargs) =>
    withOptions(yargs, { 'Org:': TARGET_OPTIONS, 'File:': OUT_OPTIONS }).options({
      all: { type: 'boolean', default: false, describe: 'Also what is as Okta makes it in a fresh org' },
      users: { type: 'boolean', default: false, describe: 'Also users, with their names and phone numbers' },
    }),
  run: async (args, terminal) => {
    const io = withTextOnStdout(terminal, args);
    assertWritable(args);
    return withOrg(args, io, async ({ api }) => {
      const [{ exportOrg }, { summarizeRequests }] = await Promise.all([
        import('../../provision/export.ts'),
        import('../../okta/buckets.ts'),
      ]);
      const { out, force } = args;
      const exported = await exportOrg({ api, all: args.all, users: args.users });
      if (out !== undefined) writePrivateFile({ out, force }, exported.text);
      if (args.json) {
        const { text, ...document } = exported;
        const requests = summarizeRequests(api.requests);
        io.document({ formatVersion: 1, org: api.orgUrl, ...document, requests });
        return EXIT.done;
      }
      if (out === undefined) io.out(exported.text.trimEnd());
      io.info(summaryLine(exported, out));
      return EXIT.done;
    });
  },
};

function summaryLine({ objects, leftOut, remarks }: ExportedConfig, file: string | undefined): string {
  const unsaid = leftOut.length + remarks.length;
  return [
    `${file === undefined ? 'Exported' : `${file}:`} ${objects} ${objects === 1 ? 'object' : 'objects'}`,
    ...(unsaid === 0
      ? []
      : [`; what the config cannot say stands in ${unsaid === 1 ? 'a comment' : `${unsaid} comments`}`]),
  ].join('');
}
