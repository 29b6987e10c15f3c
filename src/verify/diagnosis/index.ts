/**
 * Explains a failed flow: from what was seen and what was expected to the object of the org that decided it. It reads
 * the org as it is now, by the Management API, and asks `src/policy` what those objects say to this user.
 */

import { addressFor } from '../../shared/address.ts';
import { authenticatorKey, authenticatorTitle } from '../../shared/authenticators.ts';
import type { SourcePlace } from '../../shared/errors.ts';
import type { Flow } from '../flow.ts';
import type { Mismatch } from '../outcome.ts';
import { hasError, type Screen } from '../screens.ts';
import type { Step } from '../steps.ts';
import { describeScreen, stepText } from '../wording.ts';
import { assuranceCause, deviceBoundCause, tooEarlyCause } from './assurance.ts';
import { type Cause, type Place, place } from './cause.ts';
import { emailCause } from './email.ts';
import type { LiveOrg } from './live-org.ts';
import { methodCause, phoneCause } from './phone.ts';
import { refusalCause, said } from './refusal.ts';

export type { Cause, Place } from './cause.ts';
export { LiveOrg } from './live-org.ts';

/** The line of the config that declares a field, or undefined when no file does. */
export type Locate = (address: string, path: string) => SourcePlace | undefined;

/** The cause of a mismatch. Always says something: at worst, what was seen instead. */
export async function diagnose(flow: Flow, mismatch: Mismatch, org: LiveOrg): Promise<Cause> {
  switch (mismatch.kind) {
    case 'offered':
      return offeredCause(flow, mismatch, org);
    case 'option-missing':
      return (
        (await stepCause(mismatch.step, mismatch.screen, org)) ?? unexpectedScreen(flow, mismatch.screen, mismatch.step)
      );
    case 'method-missing':
      return (await methodCause(org, mismatch.wanted)) ?? unexpectedScreen(flow, mismatch.screen, mismatch.step);
    case 'wrong-screen':
      return (
        (await stepCause(mismatch.step, mismatch.screen, org)) ?? unexpectedScreen(flow, mismatch.screen, mismatch.step)
      );
    case 'step-refused':
      return (await refusalCause(org, mismatch.screen)) ?? refused(mismatch.screen);
    case 'not-signed-in':
      return (await endCause(mismatch.screen, org)) ?? unexpectedScreen(flow, mismatch.screen, undefined);
    case 'signed-in-early':
      return tooEarlyCause(org, mismatch.remaining[0] === undefined ? '' : stepText(mismatch.remaining[0]));
    case 'nothing-offered':
      return tooEarlyCause(org, `a choice of ${mismatch.expected.map(authenticatorTitle).join(', ')}`);
    case 'signed-in-unexpectedly':
      return {
        code: 'signed-in-unexpectedly',
        message: `${org.login} is signed in, and should not be.`,
        hint: 'Compare the rule that applied with what the flow expects.',
        ...place(addressFor('flow', flow.name), 'expect.signedIn'),
      };
    default:
      return expectationCause(flow, mismatch);
  }
}

/**
 * Where the config declares the cause: the field, or else the nearest part of the object that is written there, or else
 * the object it belongs to.
 */
export function locateCause(locate: Locate | undefined, where: Place | undefined): SourcePlace | undefined {
  if (locate === undefined || where === undefined) return undefined;
  const segments = where.path === '' ? [] : where.path.split('.');
  for (let length = segments.length; length >= 0; length -= 1) {
    const source = locate(where.address, segments.slice(0, length).join('.'));
    if (source !== undefined) return source;
  }
  const [kind = '', ...names] = where.address.split('/');
  if (!kind.endsWith('Rule') || names.length < 2) return undefined;
  return locate([kind.slice(0, -'Rule'.length), ...names.slice(0, -1)].join('/'), '');
}

async function offeredCause(flow: Flow, mismatch: Mismatch & { kind: 'offered' }, org: LiveOrg): Promise<Cause> {
  const [unwanted] = mismatch.unwanted;
  const titles = mismatch.actual.map(authenticatorTitle).join(', ');
  if (unwanted === undefined) {
    const cause = mismatch.missing.includes('phone') ? await phoneCause(org, mismatch.purpose) : undefined;
    return (
      cause ?? {
        code: 'offered-differs',
        message: `Not offered: ${mismatch.missing.map(authenticatorTitle).join(', ')}; offered: ${titles}.`,
        hint: 'Compare the enrollment policy of the user with what the flow expects.',
        ...place(addressFor('flow', flow.name), 'expect.offered'),
      }
    );
  }
  const title = authenticatorTitle(unwanted);
  const enrollment = await org.enrollment();
  const policy = enrollment?.policy;
  const key = authenticatorKey(unwanted);
  const level = [...(enrollment?.levels ?? [])].find(([each]) => each === key)?.[1];
  return {
    code: `${kebab(unwanted)}-offered`,
    message:
      policy === undefined
        ? `${title} is offered (${titles}).`
        : `${title} is offered: enrollment policy "${policy.name}", which applies to ${org.login}, allows it (${level ?? 'not named'}).`,
    hint:
      policy === undefined
        ? 'No enrollment policy applies to the user.'
        : `Set authenticators.${unwanted} to disabled in enrollment policy "${policy.name}".`,
    ...(policy === undefined ? {} : place(addressFor('enrollmentPolicy', policy.name), `authenticators.${unwanted}`)),
  };
}

/** Why a step of the phone cannot be done on this screen. */
async function stepCause(step: Step, screen: Screen, org: LiveOrg): Promise<Cause | undefined> {
  const told = await refusalCause(org, screen);
  if (told !== undefined) return told;
  if (step.kind === 'phone') {
    const demanded = screen.kind === 'choose-enrolment' ? await deviceBoundCause(org) : undefined;
    return demanded ?? (await phoneCause(org, 'verify', step.method)) ?? requiredEnrolment(screen, org);
  }
  if (step.kind === 'email') return emailCause(org);
  if (step.kind !== 'enrol-phone') return undefined;
  if (screen.kind === 'choose-phone-method') {
    return {
      code: 'phone-already-enrolled',
      message: `${org.login} already has a phone, so Okta verifies it and lets no other be enrolled.`,
      hint: 'Use the step phone sms, or a user without a phone.',
    };
  }
  return (screen.kind === 'choose-enrolment' ? await deviceBoundCause(org) : undefined) ?? phoneCause(org, 'enrol');
}

async function endCause(screen: Screen, org: LiveOrg): Promise<Cause | undefined> {
  if (screen.kind === 'refused' || hasError(screen)) return (await refusalCause(org, screen)) ?? refused(screen);
  return requiredEnrolment(screen, org);
}

/** An enrolment that cannot be skipped: the enrollment policy requires it, or the app's rule needs it. */
async function requiredEnrolment(screen: Screen, org: LiveOrg): Promise<Cause | undefined> {
  if (screen.kind !== 'choose-enrolment' || screen.canSkip) return undefined;
  const enrollment = await org.enrollment();
  const required = screen.options.find((name) =>
    [...(enrollment?.levels ?? [])].some(([key, level]) => key === authenticatorKey(name) && level === 'REQUIRED'),
  );
  if (required === undefined || enrollment?.policy === undefined) return assuranceCause(org);
  return {
    code: 'enrolment-required',
    message: `Enrollment policy "${enrollment.policy.name}" requires ${org.login} to set up ${authenticatorTitle(required)}.`,
    hint: `Add the step that sets it up, or set authenticators.${required} to optional.`,
    ...place(addressFor('enrollmentPolicy', enrollment.policy.name), `authenticators.${required}`),
  };
}

function refused(screen: Screen): Cause {
  return {
    code: 'refused',
    message: `Okta refuses the sign-in: ${said(screen)}`,
    hint: 'The transcript of the flow shows the exchange; the System Log of the org says more.',
  };
}

function unexpectedScreen(flow: Flow, screen: Screen, step: Step | undefined): Cause {
  const behind = screen.remediations.length === 0 ? '' : ` (remediations: ${screen.remediations.join(', ')})`;
  const wanted = step === undefined ? 'the flow to be signed in' : `"${stepText(step)}"`;
  return {
    code: 'unexpected-screen',
    message: `Expected ${wanted}; the screen is: ${describeScreen(screen)}${behind}.`,
    hint: 'Add the step that this screen asks for, or change the policy that leads to it.',
    ...place(addressFor('flow', flow.name), 'steps'),
  };
}

function expectationCause(flow: Flow, mismatch: Mismatch & { kind: 'message' | 'amr' | 'claim' }): Cause {
  const here = (path: string) => place(addressFor('flow', flow.name), path);
  switch (mismatch.kind) {
    case 'message':
      return {
        code: 'message-differs',
        message: `Expected the message "${mismatch.expected}"; seen: ${mismatch.seen.map((text) => `"${text}"`).join(', ') || 'none'}.`,
        hint: 'Messages are compared word for word.',
        ...here('expect.message'),
      };
    case 'amr':
      return {
        code: 'amr-differs',
        message: `Expected amr to contain ${mismatch.expected.join(', ')}; it is ${JSON.stringify(mismatch.actual)}.`,
        hint: 'amr names the factors that were used: pwd, sms, tel, mfa, ...',
        ...here('expect.amr'),
      };
    case 'claim':
      return {
        code: 'claim-differs',
        message: `Expected claim ${mismatch.name} to be ${JSON.stringify(mismatch.expected)}; it is ${JSON.stringify(mismatch.actual)}.`,
        hint: 'Claims come from the authorization server and the user’s profile.',
        ...here(`expect.claims.${mismatch.name}`),
      };
  }
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
