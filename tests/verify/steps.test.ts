import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { flowSchema } from '../../src/verify/flow.ts';
import { parseStep, STEP_TEXTS } from '../../src/verify/steps.ts';
import { stepText } from '../../src/verify/wording.ts';

describe('steps', () => {
  it.each([
    ['password', { kind: 'password', wrong: false }],
    ['wrong password', { kind: 'password', wrong: true }],
    ['phone sms', { kind: 'phone', method: 'sms', wrongCode: false }],
    ['phone voice', { kind: 'phone', method: 'voice', wrongCode: false }],
    ['phone sms with a wrong code', { kind: 'phone', method: 'sms', wrongCode: true }],
    ['email', { kind: 'email', wrongCode: false }],
    ['email with a wrong code', { kind: 'email', wrongCode: true }],
    ['enrol phone voice', { kind: 'enrol-phone', method: 'voice', wrongCode: false }],
    ['enroll phone sms with a wrong code', { kind: 'enrol-phone', method: 'sms', wrongCode: true }],
    ['skip', { kind: 'skip' }],
    ['resend code', { kind: 'resend-code' }],
  ])('%s', (text, step) => {
    expect(parseStep(text)).toEqual(step);
  });

  it('names the allowed steps when one is unknown', () => {
    expect(() => parseStep('phone fax')).toThrow(
      'unknown step "phone fax"; steps are: password, wrong password, phone sms, phone voice, ' +
        'phone sms with a wrong code, phone voice with a wrong code, email, email with a wrong code, enrol phone sms, enrol phone voice, ' +
        'enrol phone sms with a wrong code, enrol phone voice with a wrong code, skip, resend code',
    );
  });

  it('writes a step as it was read, American spelling aside', () => {
    for (const text of STEP_TEXTS) expect(stepText(parseStep(text))).toBe(text.replace('enroll', 'enrol'));
  });
});

describe('the schema of a flow', () => {
  const flow = (yaml: string) => flowSchema.safeParse(parse(yaml));

  it('reads flows as the config writes them', () => {
    const read = flow(`
      name: A user without a phone enrols one while signing in
      user: { ephemeral: true, groups: [Phone testers] }
      app: Password and phone app
      steps: [password, enrol phone sms]
      expect: { signedIn: true, notOffered: [email] }`);
    expect(read.data).toEqual({
      name: 'A user without a phone enrols one while signing in',
      user: { ephemeral: true, groups: ['Phone testers'] },
      app: 'Password and phone app',
      steps: ['password', 'enrol phone sms'],
      expect: { signedIn: true, notOffered: ['email'] },
    });
  });

  it('says which steps there are, at the step that is wrong', () => {
    const read = flow('{ name: n, user: u, app: a, steps: [password, fax], expect: { signedIn: true } }');
    const [issue] = read.error?.issues ?? [];
    expect(issue?.path).toEqual(['steps', 1]);
    expect(issue?.message).toMatch(/^unknown step "fax"; steps are: password, wrong password, phone sms/);
  });

  it('refuses unknown keys and flows without an expectation', () => {
    expect(
      flow('{ name: n, user: u, app: a, steps: [password], expect: { signedIn: true, ammr: [pwd] } }').success,
    ).toBe(false);
    expect(flow('{ name: n, user: u, app: a, steps: [password] }').success).toBe(false);
  });

  it('lists the steps in its JSON Schema, for editors', () => {
    const schema = z.toJSONSchema(flowSchema, { io: 'input' }) as unknown as {
      properties: { steps: { items: { enum: string[] } } };
    };
    expect(schema.properties.steps.items.enum).toContain('phone sms with a wrong code');
  });
});
