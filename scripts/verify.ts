/**
 * Performs the flows of a config against an org, from a checkout:
 *
 *     OKTA_CLIENT_ORGURL=… OKTA_CLIENT_TOKEN=… npx tsx scripts/verify.ts [config/password-phone.yaml] [flags of verify]
 */
import { run } from '../src/cli/program.ts';

const [file = 'config/password-phone.yaml', ...flags] = process.argv.slice(2);
process.exitCode = await run(['verify', '--config', file, ...flags]);
