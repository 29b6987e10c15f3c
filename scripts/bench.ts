/**
 * `npm run bench`: plan and apply, start-up times, sign-ins, lists and memory. Counts are exact; times are medians or CPU
 * time, and only their ratios mean something on a busy machine.
 */
import { growth } from './bench/growth.ts';
import { provision } from './bench/provision.ts';
import { emulatorStart, startUp } from './bench/start.ts';

await provision();
startUp();
emulatorStart();
await growth();
