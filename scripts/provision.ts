/**
 * Makes an org match a config, from a checkout:
 *
 *     OKTA_CLIENT_ORGURL=… OKTA_CLIENT_TOKEN=… npx tsx scripts/provision.ts [config/password-phone.yaml] [flags of apply]
 */
import { run } from '../src/cli/program.ts';

const [file = 'config/password-phone.yaml', ...flags] = process.argv.slice(2);
process.exitCode = await run(['apply', '--config', file, '--yes', ...flags]);
