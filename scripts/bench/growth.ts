/**
 * What grows with an org and what must not: sign-ins per second and their growth with the number of users, pages of long
 * lists, memory. Sign-ins are counted in CPU time of the org's process, so that other work on the machine does not count.
 */
import { hashPassword, verifyPassword } from '../../src/emulator/store/passwords.ts';
import { line, median } from './measure.ts';
import { benchUser, OrgProcess, PASSWORD } from './org-process.ts';
import { clientOf, signIn } from './sign-in.ts';

const USERS = [10, 1_000, 100_000] as const;
const WARM_UP = 40;
const SIGN_INS = 100;
const APPS = 10_000;

export async function growth(): Promise<void> {
  const hashMs = await passwordHashMs();
  console.log(`\nSign-ins with password and SMS over HTTP, by CPU time of the org (${SIGN_INS} each)`);
  await using org = await OrgProcess.start();
  const heaps: { users: number; heapMb: number }[] = [];
  let base = Number.NaN;
  for (const users of USERS) {
    await org.multiplyUsers(users);
    heaps.push({ users, heapMb: (await org.usage('memory')).heapMb });
    const ms = (await signInMs(org, users)) - hashMs;
    if (users === USERS[0]) base = ms;
    line(
      `${users.toLocaleString('en')} users`,
      `${(1000 / (ms + hashMs)).toFixed(0)} sign-ins per second on one core`,
      `${ms.toFixed(1)} ms each besides ${hashMs.toFixed(1)} ms for the hash`,
      `${(ms / base).toFixed(2)} x`,
    );
  }
  memory(heaps);
  console.log('\nPages of 200 of long lists, as a client sees them');
  await pages(org, '100,000 users', '/api/v1/users?limit=200');
  await org.multiplyApps(APPS);
  await pages(org, '10,000 apps', '/api/v1/apps?limit=200');
}

async function signInMs(org: OrgProcess, users: number): Promise<number> {
  const client = await clientOf(org);
  // Spread over the whole list; the first few are the config's own.
  const userAt = (turn: number) => benchUser(3 + ((turn * 7919) % (users - 3)));
  for (let turn = 0; turn < WARM_UP; turn += 1) await signIn(org, client, userAt(turn));
  const before = await org.usage();
  for (let turn = 0; turn < SIGN_INS; turn += 1) await signIn(org, client, userAt(turn));
  const after = await org.usage();
  return (after.cpuMs - before.cpuMs) / SIGN_INS;
}

async function passwordHashMs(): Promise<number> {
  const hash = await hashPassword(PASSWORD);
  const samples: number[] = [];
  for (let run = 0; run < 15; run += 1) {
    const { user, system } = process.cpuUsage();
    await verifyPassword(PASSWORD, hash);
    const used = process.cpuUsage({ user, system });
    samples.push((used.user + used.system) / 1000);
  }
  return median(samples);
}

function memory(heaps: readonly { users: number; heapMb: number }[]): void {
  const [small, large] = [heaps[0], heaps.at(-1)];
  if (!small || !large) return;
  const per = ((large.heapMb - small.heapMb) / (large.users - small.users)) * 10_000;
  console.log(
    `\nMemory: ${small.heapMb.toFixed(0)} MB of heap with ${small.users} users, ${per.toFixed(1)} MB per 10,000 more`,
  );
}

/** Walks a list by its next links: the first tenth of the pages against the last. */
async function pages(org: OrgProcess, what: string, first: string): Promise<void> {
  const times: number[] = [];
  let path: string | undefined = first;
  while (path !== undefined) {
    const start = performance.now();
    const { headers }: { headers: Headers } = await org.get<unknown[]>(path);
    times.push(performance.now() - start);
    path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  }
  const tenth = Math.max(1, Math.floor(times.length / 10));
  const [head, tail] = [median(times.slice(0, tenth)), median(times.slice(-tenth))];
  line(
    what,
    `${times.length} pages`,
    `first ${head.toFixed(1)} ms, last ${tail.toFixed(1)} ms each`,
    `${(tail / head).toFixed(2)} x`,
  );
}
