/** A program that verifies once and then has nothing left to do: run on its own by a test, to see that it ends. */
import { EmulatorCodeSource } from '../../src/verify/codes/emulator.ts';
import { DRIVERS } from '../../src/verify/result.ts';
import { verify } from '../../src/verify/verify.ts';
import { FLOWS } from '../verify/flows.ts';
import { MARY, startGuideOrg } from './guide-org.ts';

const org = await startGuideOrg();
const { summary } = await verify({
  orgUrl: org.url,
  api: org.api,
  flows: FLOWS.slice(0, 1),
  users: { [MARY.login]: MARY },
  drivers: DRIVERS,
  codes: new EmulatorCodeSource(org.url),
});
await org.stop();
process.stdout.write(`${summary.passed} passed`);
