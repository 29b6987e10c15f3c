/** `npm run demo`: the whole job on an embedded org. */
import { run } from '../src/cli/program.ts';

process.exitCode = await run(['demo', ...process.argv.slice(2)]);
