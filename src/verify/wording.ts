/** Sentences about screens, actions and steps, for timelines, messages and reports. */
import { authenticatorTitle } from '../shared/authenticators.ts';
import type { Action, PhoneMethod, Screen, ScreenKind } from './screens.ts';
import type { Step } from './steps.ts';

const METHOD_NAMES: Record<PhoneMethod, string> = { sms: 'SMS', voice: 'voice call' };

export function methodName(method: PhoneMethod): string {
  return METHOD_NAMES[method];
}

export function actionName(action: Action): string {
  switch (action.do) {
    case 'identify':
      return action.password === undefined ? 'Enter the username' : 'Enter username and password';
    case 'password':
      return 'Enter the password';
    case 'choose-authenticator':
      return `Choose ${authenticatorTitle(action.authenticator)}`;
    case 'choose-phone-method':
      return `Choose ${methodName(action.method)}`;
    case 'send-code':
      return 'Ask for a code';
    case 'enter-code':
      return 'Enter the code';
    case 'choose-enrolment':
      return `Set up ${authenticatorTitle(action.authenticator)}`;
    case 'enrol-phone':
      return `Enter the phone number, for a code by ${methodName(action.method)}`;
    case 'skip':
      return 'Set up later';
    case 'resend':
      return 'Ask for another code';
  }
}

const SCREEN_TITLES: Record<ScreenKind, string> = {
  identify: 'Username and password',
  password: 'Password',
  'choose-authenticator': 'Choose how to verify',
  'choose-phone-method': 'SMS or voice call',
  'send-code': 'Send a code',
  'enter-code': 'Enter the code',
  'choose-enrolment': 'What to set up',
  'enrol-phone': 'Set up the phone',
  'enter-enrolment-code': 'Confirm the phone',
  'signed-in': 'Signed in',
  refused: 'Refused',
  unknown: 'Unknown screen',
};

/** A caption for a picture of a screen. */
export function screenTitle(kind: ScreenKind): string {
  return SCREEN_TITLES[kind];
}

/** What a screen is and says, in one line without secrets. */
export function describeScreen(screen: Screen): string {
  const messages = screen.messages.map((message) => `"${message.text}"`);
  return [screenName(screen), ...messages].join(' · ');
}

function screenName(screen: Screen): string {
  switch (screen.kind) {
    case 'identify':
      return screen.withPassword ? 'username and password' : 'username';
    case 'password':
      return 'password';
    case 'choose-authenticator':
      return `offered: ${titles(screen.options)}`;
    case 'choose-phone-method':
      return `Phone, by ${screen.methods.map(methodName).join(' or ')}${otherWays(screen.others)}`;
    case 'send-code':
      return `${authenticatorTitle(screen.authenticator)}${otherWays(screen.others)}`;
    case 'enter-code':
      return `asked for the code (${authenticatorTitle(screen.authenticator)})${otherWays(screen.others)}`;
    case 'choose-enrolment':
      return `to set up${screen.canSkip ? ' (optional)' : ''}: ${titles(screen.options)}`;
    case 'enrol-phone':
      return `asked for a phone number, ${screen.methods.map(methodName).join(' or ')}`;
    case 'enter-enrolment-code':
      return `asked for the code that proves the ${authenticatorTitle(screen.authenticator).toLowerCase()}`;
    case 'signed-in':
      return 'signed in';
    case 'refused':
      return screen.code === undefined ? 'refused' : `refused (${screen.code})`;
    case 'unknown':
      return `a screen that orgproof cannot walk: ${screen.name}`;
  }
}

function otherWays(others: readonly string[]): string {
  return others.length === 0 ? '' : `; also offered: ${titles(others)}`;
}

function titles(names: readonly string[]): string {
  return names.map(authenticatorTitle).join(', ');
}

/** A step as a config writes it. */
export function stepText(step: Step): string {
  switch (step.kind) {
    case 'password':
      return step.wrong ? 'wrong password' : 'password';
    case 'phone':
      return `phone ${step.method}${step.wrongCode ? ' with a wrong code' : ''}`;
    case 'email':
      return `email${step.wrongCode ? ' with a wrong code' : ''}`;
    case 'enrol-phone':
      return `enrol phone ${step.method}${step.wrongCode ? ' with a wrong code' : ''}`;
    case 'skip':
      return 'skip';
    case 'resend-code':
      return 'resend code';
  }
}
