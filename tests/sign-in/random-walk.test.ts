/**
 * Random walks over the pipeline: whatever is posted in whatever order, the answer is an IDX document with a status that
 * Okta has, and an interaction code comes only after the right password and a right code.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IdxResponse } from '../../src/wire/idx.ts';
import { type Answer, MARY, SignIn, SignInOrg } from '../support/sign-in.ts';

let org: SignInOrg;
beforeAll(async () => {
  org = await SignInOrg.start();
  await org.givePhone('sms', 'call');
  const key = { key: 'webauthn', name: 'Passkey' };
  org.authenticatorIds.webauthn = (await org.api<{ id: string }>('POST', AUTHENTICATORS, key)).body.id;
  await org.allow({ okta_email: 'OPTIONAL', okta_verify: 'OPTIONAL', webauthn: 'OPTIONAL' });
});
afterAll(() => org.stop());

const AUTHENTICATORS = '/api/v1/authenticators?activate=true';

interface Proof {
  password: boolean;
  code: boolean;
}

type Move = (signIn: SignIn, proof: Proof) => Promise<Answer<IdxResponse>>;

async function lastCode(): Promise<string> {
  return (await org.messages()).at(-1)?.code ?? '000000';
}

const MOVES: Record<string, Move> = {
  'identify with the right password': (signIn, proof) => {
    proof.password = true;
    return signIn.identify();
  },
  'identify with a wrong password': (signIn) => signIn.identify(MARY.login, 'wrong'),
  'identify without a password': (signIn) => signIn.post('identify', { identifier: MARY.login }),
  'identify a stranger': (signIn) => signIn.identify('nobody@example.com', 'x'),
  'choose SMS': (signIn) => signIn.choose('phone_number', 'sms'),
  'choose the phone': (signIn) => signIn.choose('phone_number'),
  'choose fax': (signIn) => signIn.choose('phone_number', 'fax'),
  'choose email': (signIn) => signIn.choose('okta_email', 'email'),
  'choose the password': (signIn) => signIn.choose('okta_password'),
  'choose Okta Verify': (signIn) => signIn.choose('okta_verify', 'push'),
  'answer with the last code': async (signIn, proof) => {
    proof.code = true;
    return signIn.answer(await lastCode());
  },
  'answer with the password': (signIn, proof) => {
    proof.password = true;
    return signIn.answer(MARY.password);
  },
  'answer with nothing': (signIn) => signIn.post('challenge/answer', {}),
  'answer with an object': (signIn) => signIn.post('challenge/answer', { credentials: { passcode: {} } }),
  resend: (signIn) => signIn.post('challenge/resend'),
  poll: (signIn) => signIn.post('challenge/poll'),
  'enrol a phone': (signIn) => signIn.enroll('phone_number', { methodType: 'sms', phoneNumber: '+14155550111' }),
  'enrol Okta Verify': (signIn) => signIn.enroll('okta_verify'),
  'enrol Okta Verify by a link': (signIn) => signIn.enroll('okta_verify', { channel: 'email' }),
  'say where the link is to go': (signIn) => signIn.post('credential/enroll', { email: 'walker@example.com' }),
  'poll for the phone': (signIn) => signIn.post('authenticators/poll'),
  skip: (signIn) => signIn.post('skip'),
  introspect: (signIn) => signIn.introspect(),
  recover: (signIn) => signIn.post('recover'),
  'ask for an unlock': (signIn) => signIn.post('unlock-account'),
  'ask to register': (signIn) => signIn.post('enroll'),
  'back from registering': (signIn) => signIn.post('identify/select'),
  register: (signIn) => {
    const email = `walker${Math.random()}@example.com`;
    return signIn.post('enroll/new', { userProfile: { firstName: 'W', lastName: 'W', email } });
  },
  'enrol a password': (signIn) => signIn.enroll('okta_password'),
  'enrol the email': (signIn) => signIn.enroll('okta_email'),
  'choose a question': (signIn) => signIn.choose('security_question'),
  'enrol a security key': (signIn) => signIn.enroll('webauthn'),
  'choose a security key': (signIn) => signIn.choose('webauthn'),
  'answer as no security key does': (signIn) => {
    const [clientData, bytes] = [Buffer.from('{}').toString('base64url'), 'oWNhYmOA'];
    const credentials = { clientData, attestation: bytes, authenticatorData: bytes, signatureData: bytes };
    return signIn.post('challenge/answer', { credentials });
  },
  'open the link of the last email': async (signIn) => {
    const link = (await org.messages()).at(-1)?.link;
    if (link !== undefined) expect((await fetch(link, { redirect: 'manual' })).status).toBeLessThan(400);
    return signIn.introspect();
  },
};

/** The way to success, with random moves before each of its steps. */
const noise = fc.array(fc.constantFrom(...Object.keys(MOVES)), { maxLength: 3 });
const walks = fc
  .tuple(noise, noise, noise, noise)
  .map(([first, second, third, last]) => [
    ...first,
    'identify with the right password',
    ...second,
    'choose SMS',
    ...third,
    'answer with the last code',
    ...last,
  ]);

test('random walks', async () => {
  let successes = 0;
  await fc.assert(
    fc.asyncProperty(walks, async (names) => {
      await liftLocks();
      const { signIn } = await SignIn.begin(org);
      const proof: Proof = { password: false, code: false };
      for (const name of names) {
        const answer = await MOVES[name]?.(signIn, proof);
        expect([200, 400, 401, 403, 429, 501]).toContain(answer?.status);
        expect(answer?.body.version).toBe('1.0.0');
        if (!answer?.body.successWithInteractionCode) continue;
        expect(proof).toEqual({ password: true, code: true });
        successes++;
      }
    }),
    { numRuns: 60 },
  );
  expect(successes).toBeGreaterThan(0);
});

/** Earlier walks may have locked the phone, the email or Mary herself. */
async function liftLocks(): Promise<void> {
  await org.advance(5 * 60_000);
  const user = `/api/v1/users/${org.mary.id}`;
  const { body } = await org.api<{ status: string }>('GET', user);
  if (body.status === 'LOCKED_OUT') await org.api('POST', `${user}/lifecycle/unlock`);
}
