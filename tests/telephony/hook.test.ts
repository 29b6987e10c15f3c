import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../src/wire/directory.ts';
import type { InlineHook } from '../../src/wire/inline-hook.ts';
import type { Policy, PolicyRule } from '../../src/wire/policy.ts';
import { answerJson, answerStatus, type HookReceiver, startHookReceiver } from '../support/hook-receiver.ts';
import { formNames, MARY, messagesOf, SignIn, SignInOrg } from '../support/sign-in.ts';

interface LogEvent {
  eventType: string;
  outcome: { result: string; reason: string | null };
  target: { id: string; type: string }[];
}

let org: SignInOrg;
let receiver: HookReceiver;
let hook: InlineHook;

beforeAll(async () => {
  [org, receiver] = await Promise.all([SignInOrg.start(), startHookReceiver()]);
  await org.givePhone('sms', 'call');
  hook = (
    await org.api<InlineHook>('POST', '/api/v1/inlineHooks', {
      name: 'Test telephony',
      type: 'com.okta.telephony.provider',
      version: '1.0.0',
      channel: {
        type: 'HTTP',
        version: '1.0.0',
        config: {
          uri: receiver.url,
          method: 'POST',
          headers: [{ key: 'X-Run', value: '7' }],
          authScheme: { type: 'HEADER', key: 'Authorization', value: 'Basic c2VjcmV0' },
        },
      },
    })
  ).body;
});
afterAll(() => Promise.all([org.stop(), receiver.stop()]));
beforeEach(async () => {
  receiver.calls.length = 0;
  receiver.answer = answerStatus('SUCCESSFUL');
  await org.control('PUT', 'settings', { telephony: true, rateLimits: false });
});

async function hookEvents(): Promise<LogEvent[]> {
  const { body } = await org.api<LogEvent[]>('GET', '/api/v1/logs?sortOrder=DESCENDING&limit=20');
  return body.filter((event) => /^inline_hook\.(executed|response)/.test(event.eventType));
}

/** A sign-in up to the message. */
async function atCode(methodType = 'sms') {
  const { signIn } = await SignIn.begin(org);
  await signIn.identify();
  return { signIn, sent: await signIn.choose('phone_number', methodType) };
}

describe('a telephony inline hook', () => {
  it('is called with what Okta says, and the code it gets signs the user in', async () => {
    const before = (await org.messages()).length;
    const { signIn, sent } = await atCode();
    expect(sent.status).toBe(200);
    expect(receiver.calls).toHaveLength(1);
    const [call] = receiver.calls;
    expect(call?.method).toBe('POST');
    expect(call?.headers).toMatchObject({
      authorization: 'Basic c2VjcmV0',
      'x-run': '7',
      'content-type': 'application/json',
    });
    const code = call?.body.data.messageProfile.otpCode ?? '';
    expect(code).toMatch(/^\d{6}$/);
    expect(call?.body).toEqual({
      eventId: expect.stringMatching(/^[\w-]{22}$/),
      eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      eventType: 'com.okta.telephony.provider',
      eventTypeVersion: '1.0',
      contentType: 'application/json',
      cloudEventVersion: '0.1',
      source: `${org.url}/api/v1/inlineHooks/${hook.id}`,
      requestType: 'com.okta.user.telephony.mfa-verification',
      data: {
        context: {
          request: {
            id: expect.stringMatching(/^req/),
            method: 'POST',
            url: { value: '/idp/idx/challenge' },
            ipAddress: '127.0.0.1',
          },
        },
        userProfile: { firstName: 'Mary', lastName: 'Major', login: MARY.login, userId: org.mary.id },
        messageProfile: {
          msgTemplate: `Your verification code is ${code}.`,
          phoneNumber: MARY.phone,
          otpExpires: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          deliveryChannel: 'SMS',
          otpCode: code,
          locale: 'EN-US',
        },
      },
    });
    const { otpExpires } = call?.body.data.messageProfile ?? { otpExpires: '' };
    expect(Date.parse(otpExpires) - Date.parse(call?.body.eventTime ?? '')).toBeGreaterThan(299_000);
    expect((await signIn.answer(code)).body.successWithInteractionCode).toBeDefined();
    // The hook delivered it: the emulator has nothing to show.
    expect(await org.messages()).toHaveLength(before);
    expect(await hookEvents()).toMatchObject([
      { eventType: 'inline_hook.response.processed', outcome: { result: 'SUCCESS' }, target: [{ id: hook.id }] },
    ]);
  });

  it('hears of calls, and of enrolments through the Factors API', async () => {
    await atCode('voice');
    expect(receiver.calls[0]?.body.data.messageProfile.deliveryChannel).toBe('Voice call');
    const user = await org.createUser('enrol@example.com', 'Correct-horse-7');
    await org.api('POST', `/api/v1/users/${user.id}/factors`, {
      factorType: 'sms',
      provider: 'OKTA',
      profile: { phoneNumber: '+14155550177' },
    });
    expect(receiver.calls[1]?.body).toMatchObject({
      requestType: 'com.okta.user.telephony.pre-enrollment',
      data: { messageProfile: { phoneNumber: '+14155550177' }, userProfile: { userId: user.id } },
    });
  });

  it('hears what a forgotten password and a locked account need a code for', async () => {
    const [policy] = (await org.api<Policy[]>('GET', '/api/v1/policies?type=PASSWORD')).body.filter(
      (one) => one.system,
    );
    const rules = `/api/v1/policies/${policy?.id}/rules`;
    const [rule] = (await org.api<PolicyRule[]>('GET', rules)).body;
    await org.api('PUT', `${rules}/${rule?.id}`, {
      name: rule?.name,
      type: 'PASSWORD',
      system: true,
      conditions: rule?.conditions,
      actions: {
        passwordChange: { access: 'ALLOW' },
        selfServicePasswordReset: {
          access: 'ALLOW',
          requirement: { primary: { methods: ['sms'] }, stepUp: { required: false } },
        },
        selfServiceUnlock: { access: 'ALLOW' },
      },
    });
    const recovery = (await SignIn.begin(org)).signIn;
    await recovery.post('recover');
    await recovery.post('identify', { identifier: MARY.login });
    await recovery.choose('phone_number', 'sms');
    expect(receiver.calls[0]?.body.requestType).toBe('com.okta.user.telephony.password-reset');
    for (let wrong = 0; wrong < 10; wrong += 1) {
      await (await SignIn.begin(org)).signIn.identify(MARY.login, 'Wrong-horse-7');
    }
    const unlock = (await SignIn.begin(org)).signIn;
    await unlock.post('unlock-account');
    const authenticator = { id: org.authenticatorId('phone_number'), methodType: 'sms' };
    await unlock.post('challenge', { identifier: MARY.login, authenticator });
    const call = receiver.calls[1]?.body;
    expect(call?.requestType).toBe('com.okta.user.telephony.account-unlock');
    await unlock.answer(call?.data.messageProfile.otpCode ?? '');
    expect((await org.api<User>('GET', `/api/v1/users/${org.mary.id}`)).body.status).toBe('ACTIVE');
  });

  it('that takes the message in without saying that it arrived has delivered it', async () => {
    receiver.answer = answerStatus('PENDING');
    const before = (await org.messages()).length;
    expect((await atCode()).sent.status).toBe(200);
    expect(await org.messages()).toHaveLength(before);
  });

  const failures: [what: string, answer: HookReceiver['answer'], reason: string, event: string][] = [
    ['says FAILED', answerStatus('FAILED'), 'The service answered with status FAILED.', 'response.processed'],
    [
      'answers with an error object',
      answerJson({ error: { errorSummary: 'No credit left', errorCauses: [] } }),
      'No credit left',
      'response.processed',
    ],
    ['answers with a status nobody knows', answerStatus('MAYBE'), 'status MAYBE', 'response.processed'],
    ['answers without a command', answerJson({}), 'no com.okta.telephony.action command', 'response.processed'],
    ['answers 500', answerJson({}, 500), 'status 500', 'executed'],
    ['redirects', (response) => response.writeHead(307, { Location: '/otp' }).end(), 'status 307', 'executed'],
    ['answers with no JSON', (response) => response.end('thanks'), 'no JSON object', 'executed'],
    ['answers with too much', (response) => response.end(`"${'x'.repeat(300_000)}"`), 'longer than', 'executed'],
    ['closes the connection', (response) => response.destroy(), 'could not be called', 'executed'],
  ];
  it.each(failures)('that %s is passed over: Okta sends the code itself', async (_what, answer, reason, event) => {
    receiver.answer = answer;
    const before = (await org.messages()).length;
    const { signIn, sent } = await atCode();
    expect(sent.status).toBe(200);
    expect(receiver.calls).toHaveLength(1);
    expect(await org.messages()).toHaveLength(before + 1);
    expect((await signIn.answer(await org.lastCode())).body.successWithInteractionCode).toBeDefined();
    expect((await hookEvents())[0]).toMatchObject({
      eventType: `inline_hook.${event}`,
      outcome: { result: 'FAILURE', reason: expect.stringContaining(reason) },
    });
  });

  it('that does not answer is waited for three seconds', async () => {
    receiver.answer = () => {};
    const started = performance.now();
    expect((await atCode()).sent.status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(2_900);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect((await hookEvents())[0]?.outcome.reason).toContain('did not answer within 3 seconds');
  });

  it('that fails where Okta may not send leaves the user where they were', async () => {
    await org.control('PUT', 'settings', { telephony: false });
    receiver.answer = answerStatus('FAILED');
    const { signIn, sent } = await atCode();
    expect(sent.status).toBe(500);
    expect(messagesOf(sent.body)).toMatchObject([{ i18n: { key: 'errors.E0000138' } }]);
    expect(formNames(sent.body)).toContain('authenticator-verification-data');
    receiver.answer = answerStatus('SUCCESSFUL');
    const again = await signIn.choose('phone_number', 'sms');
    expect(again.status).toBe(200);
    const code = receiver.calls.at(-1)?.body.data.messageProfile.otpCode ?? '';
    expect((await signIn.answer(code)).body.successWithInteractionCode).toBeDefined();
  });

  it('is not called for codes by email', async () => {
    const me = (await org.api<{ id: string }>('GET', '/api/v1/users/me')).body;
    await org.allow({ phone_number: 'OPTIONAL', okta_email: 'OPTIONAL' });
    const factors = (await org.api<{ id: string; factorType: string }[]>('GET', `/api/v1/users/${me.id}/factors`)).body;
    const email = factors.find((factor) => factor.factorType === 'email');
    await org.api('POST', `/api/v1/users/${me.id}/factors/${email?.id}/verify`, {});
    await org.allow({ phone_number: 'OPTIONAL', okta_email: 'NOT_ALLOWED' });
    expect(receiver.calls).toHaveLength(0);
    expect((await org.messages()).at(-1)).toMatchObject({ channel: 'email' });
  });
});

describe('a sign-in that ends while its hook is being called', () => {
  it('stays ended', async () => {
    let release = () => {};
    receiver.answer = (response) => {
      release = () => answerStatus('SUCCESSFUL')(response);
    };
    const { signIn } = await SignIn.begin(org);
    await signIn.identify();
    const sending = signIn.choose('phone_number', 'sms');
    await expect.poll(() => receiver.calls.length).toBe(1);
    expect((await signIn.post('cancel')).status).toBe(200);
    release();
    const sent = await sending;
    expect(messagesOf(sent.body)).toMatchObject([{ i18n: { key: 'idx.session.expired' } }]);
    const code = receiver.calls[0]?.body.data.messageProfile.otpCode ?? '';
    expect((await signIn.answer(code)).body.successWithInteractionCode).toBeUndefined();
  });
});

describe('a hook with OAuth', () => {
  let service: HookReceiver;
  let bearer = '';
  beforeAll(async () => {
    service = await startHookReceiver();
    await org.api('POST', `/api/v1/inlineHooks/${hook.id}/lifecycle/deactivate`);
    bearer = (await createOAuthHook('client_secret_post')).id;
  });
  afterAll(async () => {
    await org.api('POST', `/api/v1/inlineHooks/${bearer}/lifecycle/deactivate`);
    await org.api('POST', `/api/v1/inlineHooks/${hook.id}/lifecycle/activate`);
    await service.stop();
  });

  async function createOAuthHook(authType: string): Promise<InlineHook> {
    const config = {
      uri: service.url,
      method: 'POST',
      authType,
      tokenUrl: `${service.url}/token`,
      clientId: 'hook-client',
      clientSecret: 'hook-secret',
      scope: 'otp',
    };
    const channel = { type: 'OAUTH', version: '1.0.0', config };
    const body = { name: `By ${authType}`, type: 'com.okta.telephony.provider', version: '1.0.0', channel };
    return (await org.api<InlineHook>('POST', '/api/v1/inlineHooks', body)).body;
  }

  it('is called with a token that its client credentials got', async () => {
    expect((await atCode()).sent.status).toBe(200);
    expect(service.forms).toEqual([
      { grant_type: 'client_credentials', client_id: 'hook-client', client_secret: 'hook-secret', scope: 'otp' },
    ]);
    expect(service.calls).toHaveLength(1);
    expect(service.calls[0]?.headers.authorization).toBe('Bearer token-of-the-hook');
    expect(receiver.calls).toHaveLength(0);
  });
});

describe('execute', () => {
  it('calls the hook with the payload it is given and gives back the answer', async () => {
    const payload = { eventType: 'com.okta.telephony.provider', data: { messageProfile: { otpCode: '11111' } } };
    const answer = await org.api('POST', `/api/v1/inlineHooks/${hook.id}/execute`, payload);
    expect(answer.body).toEqual({
      commands: [{ type: 'com.okta.telephony.action', value: [{ status: 'SUCCESSFUL', provider: 'TEST' }] }],
    });
    expect(receiver.calls[0]?.body).toEqual(payload);
  });

  it('tries twice, then says why not', async () => {
    receiver.answer = answerJson({}, 500);
    await expect(org.api('POST', `/api/v1/inlineHooks/${hook.id}/execute`, {})).rejects.toThrow(
      /Failure to execute inline hook.*status 500/,
    );
    expect(receiver.calls).toHaveLength(2);
  });
});

describe('the text of an SMS', () => {
  it('is that of the org’s template', async () => {
    const { body } = await org.api<{ id: string }>('POST', '/api/v1/templates/sms', {
      name: 'Ours',
      type: 'SMS_VERIFY_CODE',
      template: '${org.name}: ${code} is your code',
    });
    await atCode();
    const { msgTemplate, otpCode } = receiver.calls[0]?.body.data.messageProfile ?? {};
    expect(msgTemplate).toBe(`Emulated org: ${otpCode} is your code`);
    await org.api('DELETE', `/api/v1/templates/sms/${body.id}`);
  });
});

describe('codes that do not leave', () => {
  it('one message per number in 30 seconds while rate limits are on', async () => {
    await org.control('PUT', 'settings', { rateLimits: true });
    await org.control('POST', 'clock', { freeze: true });
    await org.control('POST', 'clock', { advanceMs: 60_000 });
    const { signIn } = await atCode();
    const resent = await signIn.post('challenge/resend');
    expect(resent.status).toBe(429);
    expect(messagesOf(resent.body)).toMatchObject([{ i18n: { key: 'errors.E0000150' } }]);
    const factors = (await org.api<{ id: string; factorType: string }[]>('GET', `/api/v1/users/${org.mary.id}/factors`))
      .body;
    const sms = factors.find((factor) => factor.factorType === 'sms');
    const verify = () => org.api('POST', `/api/v1/users/${org.mary.id}/factors/${sms?.id}/verify`, {});
    await expect(verify()).rejects.toThrow(/429 .*E0000109/);
    await org.control('POST', 'clock', { advanceMs: 30_000 });
    await expect(verify()).resolves.toMatchObject({ status: 200 });
    await org.control('POST', 'clock', { freeze: false });
  });

  it('a message lost by a fault never arrives, by the hook or otherwise', async () => {
    await org.control('PUT', 'faults', { faults: [{ undelivered: { channel: 'sms', to: MARY.phone }, count: 1 }] });
    const before = (await org.messages()).length;
    const { signIn, sent } = await atCode();
    expect(sent.status).toBe(200);
    expect(receiver.calls).toHaveLength(0);
    expect(await org.messages()).toHaveLength(before);
    await signIn.post('challenge/resend');
    expect(receiver.calls).toHaveLength(1);
  });
});
