/** The four flows of the guide's config. */
import { type Flow, flowSchema } from '../../src/verify/flow.ts';
import { APP, MARY } from '../support/guide-org.ts';

const flow = (value: unknown): Flow => flowSchema.parse(value);

export const SMS = flow({
  name: 'Password, then a code by SMS',
  user: MARY.login,
  app: APP,
  steps: ['password', 'phone sms'],
  expect: { signedIn: true, offered: ['phone'], notOffered: ['email'], amr: ['pwd', 'sms', 'mfa'] },
});

export const VOICE = flow({
  name: 'Password, then a code by voice call',
  user: MARY.login,
  app: APP,
  steps: ['password', 'phone voice'],
  expect: { signedIn: true, notOffered: ['email'], amr: ['pwd', 'mfa'] },
});

export const ENROL = flow({
  name: 'A user without a phone enrols one while signing in',
  user: { ephemeral: true, groups: ['Phone testers'] },
  app: APP,
  steps: ['password', 'enrol phone sms'],
  expect: { signedIn: true, notOffered: ['email'] },
});

const WRONG_CODE = flow({
  name: 'A wrong code is refused',
  user: MARY.login,
  app: APP,
  steps: ['password', 'phone sms with a wrong code'],
  expect: { signedIn: false, message: 'Invalid code. Try again.' },
});

export const FLOWS = [SMS, VOICE, ENROL, WRONG_CODE];
