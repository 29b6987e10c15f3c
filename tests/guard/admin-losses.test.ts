/** What admins would lose who are looked at one by one. */
import { describe, expect, it } from 'vitest';
import type { Someone } from '../../src/guard/people.ts';
import { EMAIL, PASSWORD, PUSH, SMS } from '../policy/build.ts';
import { admin, app, CLASSES, DEFAULT, DENY, lost, PHONE } from './two-states.ts';

describe('an admin', () => {
  const CONSOLE = app('0oaConsole', 'saasure', 'Okta Admin Console');
  const apps = [CONSOLE];
  const people = (someone: Someone) => ({ '00uAnn': someone });
  const BOTH = DEFAULT({ phone_number: 'OPTIONAL', okta_verify: 'OPTIONAL' });

  it('who has two usable authenticators left of three loses nothing', () => {
    const ann = people(admin([PASSWORD, SMS, PUSH]));
    const before = { apps, people: ann, enrollment: [BOTH] };
    expect(lost(before, { ...before, enrollment: [PHONE] }, ['00uAnn'])).toEqual([]);
  });

  it('who would have one of two is told, though more could be enrolled', () => {
    const ann = people(admin([PASSWORD, PUSH]));
    const before = { apps, people: ann, enrollment: [BOTH] };
    expect(lost(before, { ...before, enrollment: [PHONE] }, ['00uAnn'])).toEqual([
      'the admin ann@example.com would have Password only left of Password and Okta Verify: enrollment policy "Default Policy" applies',
    ]);
  });

  it('who had one before has none to lose but the console', () => {
    const ann = people(admin([PASSWORD, EMAIL]));
    const before = { apps, people: ann, enrollment: [PHONE] };
    expect(lost(before, { ...before, enrollment: [DEFAULT({})] }, ['00uAnn'])).toEqual([
      'everyone whom no other enrollment policy covers, admins included, would be left with the password alone: "Default Policy" would allow no other authenticator, which Okta warns can lock the super admin out for good',
      `the admin ann@example.com could no longer reach the Admin Console: ${CLASSES}; no other admin could, either`,
      `admins with the groups of ann@example.com (Password and Email) could no longer reach the Admin Console: ${CLASSES}`,
      `admins with the groups of ann@example.com (Password, Email and Phone) could no longer reach the Admin Console: ${CLASSES}`,
    ]);
  });

  it('who is suspended already loses nothing', () => {
    const ann = people(admin([PASSWORD, SMS], { maySignIn: false }));
    const before = { apps: [], people: ann };
    expect(lost(before, { ...before, policy: DENY }, ['00uAnn'])).toEqual([]);
  });
});
