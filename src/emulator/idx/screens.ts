/**
 * The forms of each screen, in the order that clients rely on: the screen's own form, then the list to choose another
 * authenticator, then `skip`. Compared field by field with recorded documents.
 */
import { activeMethods } from '../../policy/index.ts';
import type { IdxAuthenticator, IdxMessage, IdxRemediation, IdxResponse } from '../../wire/idx.ts';
import type { Org } from '../org.ts';
import type { AuthenticatorEntity } from '../store/entities.ts';
import { challengeData } from '../webauthn/relying-party.ts';
import { enrollContext, enrollCredentials } from './enroll-forms.ts';
import type { Enrollment } from './enrollments.ts';
import {
  challengeCredentials,
  credentials,
  enrollmentDataFields,
  enrollmentOptionFields,
  type FormMaker,
  option,
  shownAuthenticator,
  shownEnrollment,
  verificationFields,
} from './forms.ts';
import {
  challengePollForm,
  channelDataForm,
  channelForm,
  enrollPollForm,
  setupContext,
} from './okta-verify-screens.ts';
import { unlockMethods } from './password-policy.ts';
import { globalSessionForAnyone, orgAuthenticators } from './policies.ts';
import type { Situation } from './situation.ts';
import type { SignInTransaction } from './transaction.ts';

/** The members of a document that differ from screen to screen. */
export type Screen = Pick<
  IdxResponse,
  | 'remediation'
  | 'currentAuthenticator'
  | 'currentAuthenticatorEnrollment'
  | 'authenticators'
  | 'authenticatorEnrollments'
  | 'enrollmentAuthenticator'
>;

function forms(value: IdxRemediation[]): Pick<Screen, 'remediation'> {
  return { remediation: { type: 'array', value } };
}

/** Username, with the password on the same page where the global session policy wants it first. */
export function identifyScreen(
  org: Org,
  make: FormMaker,
  transaction: SignInTransaction,
  registration: boolean,
): Screen {
  const { loginHint } = transaction.hosted ?? {};
  const hint = loginHint === undefined ? {} : { value: loginHint };
  const { passwordFirst: withPassword, action } = globalSessionForAnyone(org, transaction.client);
  const remembered = action?.rememberDeviceByDefault === true ? { value: true } : {};
  const password = org.store.authenticators.find('key', 'okta_password');
  return {
    ...forms([
      make.form('identify', 'identify', [
        { name: 'identifier', label: 'Username', required: true, ...hint },
        ...(withPassword ? [credentials('Password')] : []),
        { name: 'rememberMe', type: 'boolean', label: 'Remember this device', ...remembered },
      ]),
      ...(registration ? [make.form('select-enroll-profile', 'enroll')] : []),
      ...(unlockMethods(org).length > 0 ? [make.form('unlock-account', 'unlock-account')] : []),
    ]),
    ...(withPassword && password
      ? {
          currentAuthenticator: {
            type: 'object',
            value: { ...make.actions('okta_password', false), ...shownAuthenticator(password) },
          },
        }
      : {}),
  };
}

type Listed = [AuthenticatorEntity, Enrollment];

function listed(org: Org, enrollments: readonly Enrollment[]): Listed[] {
  return orgAuthenticators(org).flatMap((authenticator) =>
    enrollments.filter((one) => one.key === authenticator.key).map((one): Listed => [authenticator, one]),
  );
}

/** Choose how to verify. */
export function selectScreen(org: Org, make: FormMaker, situation: Situation): Screen {
  const list = listed(org, situation.candidates);
  return { ...forms([selectForm(make, list)]), ...verifyLists(list) };
}

function selectForm(make: FormMaker, list: readonly Listed[]): IdxRemediation {
  const options = list.flatMap(([authenticator, enrollment], index) => {
    // any of several security keys will do: they are one option
    if (enrollment.key === 'webauthn' && list.findIndex(([one]) => one === authenticator) < index) return [];
    const fields = verificationFields(authenticator, enrollment, false);
    return [option(authenticator.name, fields, `$.authenticatorEnrollments.value[${index}]`)];
  });
  return make.form('select-authenticator-authenticate', 'challenge', [
    { name: 'authenticator', type: 'object', options },
  ]);
}

function verifyLists(list: readonly Listed[]): Screen {
  const authenticators = [...new Set(list.map(([authenticator]) => authenticator))];
  return {
    authenticators: { type: 'array', value: authenticators.map((one) => shownAuthenticator(one)) },
    authenticatorEnrollments: {
      type: 'array',
      value: list.map(([one, enrollment]) => shownEnrollment(one, enrollment, true)),
    },
  };
}

/** The authenticator on the screen among those that could be verified now. */
function currentOf(
  org: Org,
  transaction: SignInTransaction,
  situation: Situation,
): { list: Listed[]; current?: Listed } {
  const key = transaction.current?.key;
  const candidate = situation.candidates.some((one) => one.key === key);
  // what was chosen may have dropped out since, e.g. by a policy change; its own screen still shows it alone
  const shown = candidate ? situation.candidates : situation.enrollments.filter((one) => one.key === key);
  const list = listed(org, shown);
  const current = list.find(([authenticator]) => authenticator.key === key);
  return { list, ...(current ? { current } : {}) };
}

/** Choose the method of the one authenticator: SMS or voice; for email, whether to send. */
export function verificationDataScreen(
  org: Org,
  make: FormMaker,
  transaction: SignInTransaction,
  situation: Situation,
): Screen {
  const { list, current } = currentOf(org, transaction, situation);
  if (!current) return selectScreen(org, make, situation);
  const [authenticator, enrollment] = current;
  const fields = verificationFields(authenticator, enrollment, true);
  return {
    ...forms([
      make.form(
        'authenticator-verification-data',
        'challenge',
        [{ name: 'authenticator', label: authenticator.name, form: { value: fields } }],
        '$.currentAuthenticatorEnrollment',
      ),
      selectForm(make, list),
    ]),
    ...currentEnrollment(make, authenticator, enrollment, false),
    ...verifyLists(list),
  };
}

/** Enter the password, or the code that was sent. */
export function challengeScreen(
  org: Org,
  make: FormMaker,
  transaction: SignInTransaction,
  situation: Situation,
  message?: IdxMessage,
): Screen {
  const { list, current } = currentOf(org, transaction, situation);
  if (!current) return selectScreen(org, make, situation);
  const [authenticator, enrollment] = current;
  const method = transaction.current?.method;
  const several = list.length > 1 && list.some(([, one]) => one.key !== 'webauthn');
  const alternatives = several || list.some(([, one]) => one.methods.length > 1);
  const { challenge } = transaction.current ?? {};
  // a challenge of security keys is to none of them in particular
  const member = challenge === undefined ? 'currentAuthenticatorEnrollment' : 'currentAuthenticator';
  return {
    ...forms([
      make.form(
        'challenge-authenticator',
        'challenge/answer',
        [challengeCredentials(enrollment, message)],
        `$.${member}`,
      ),
      ...(alternatives ? [selectForm(make, list)] : []),
    ]),
    ...(challenge === undefined
      ? currentEnrollment(make, authenticator, method ? { ...enrollment, methods: [method] } : enrollment, true)
      : currentAuthenticator(make, authenticator, method, {
          contextualData: { challengeData: challengeData(org, challenge) },
        })),
    ...verifyLists(list),
  };
}

/** Wait for the answer to a push notification, with the number that the phone is to choose. */
export function challengePollScreen(
  org: Org,
  make: FormMaker,
  transaction: SignInTransaction,
  situation: Situation,
): Screen {
  const { list, current } = currentOf(org, transaction, situation);
  if (!current) return selectScreen(org, make, situation);
  const [authenticator] = current;
  const { number } = transaction.current?.push ?? {};
  const value = {
    ...make.actions('okta_verify', true),
    ...shownAuthenticator(authenticator, ['push']),
    ...(number === undefined ? {} : { contextualData: { correctAnswer: number } }),
  };
  return {
    ...forms([challengePollForm(make), selectForm(make, list)]),
    currentAuthenticator: { type: 'object', value },
    ...verifyLists(list),
  };
}

function currentEnrollment(
  make: FormMaker,
  authenticator: AuthenticatorEntity,
  enrollment: Enrollment,
  waiting: boolean,
): Screen {
  const { profile, ...shown } = shownEnrollment(authenticator, enrollment, true);
  const value = { ...(profile ? { profile } : {}), ...make.actions(authenticator.key, waiting), ...shown };
  return { currentAuthenticatorEnrollment: { type: 'object', value } };
}

/** Choose what to enrol. */
export function selectEnrollScreen(org: Org, make: FormMaker, situation: Situation): Screen {
  return { ...forms(enrollChoice(make, situation)), ...enrollLists(org, situation) };
}

function enrollChoice(make: FormMaker, situation: Situation): IdxRemediation[] {
  const options = situation.enrollable.map((authenticator, index) =>
    option(authenticator.name, enrollmentOptionFields(authenticator), `$.authenticators.value[${index}]`),
  );
  return [
    make.form('select-authenticator-enroll', 'credential/enroll', [{ name: 'authenticator', type: 'object', options }]),
    ...(situation.skipOffered ? [make.form('skip', 'skip')] : []),
  ];
}

function enrollLists(org: Org, situation: Situation): Screen {
  const value = listed(org, situation.enrollments).map(([authenticator, enrollment]) => {
    // recorded: here a phone shows the authenticator's methods, also one that was enrolled by SMS
    const methods = authenticator.key === 'phone_number' ? activeMethods(authenticator) : enrollment.methods;
    return shownEnrollment(authenticator, { ...enrollment, methods }, false);
  });
  return {
    authenticators: { type: 'array', value: situation.enrollable.map((one) => shownAuthenticator(one)) },
    authenticatorEnrollments: { type: 'array', value },
  };
}

/** Give the phone number, and how to reach it; for email, whether to send. */
export function enrollmentDataScreen(
  org: Org,
  make: FormMaker,
  transaction: SignInTransaction,
  situation: Situation,
): Screen {
  const authenticator = situation.enrollable.find((one) => one.key === transaction.current?.key);
  if (!authenticator) return selectEnrollScreen(org, make, situation);
  const method = transaction.current?.method;
  const fields = enrollmentDataFields(authenticator, method);
  return {
    ...forms([
      make.form(
        'authenticator-enrollment-data',
        'credential/enroll',
        [{ name: 'authenticator', label: authenticator.name, form: { value: fields } }],
        '$.currentAuthenticator',
      ),
      ...enrollChoice(make, situation),
    ]),
    ...currentAuthenticator(make, authenticator, method),
    ...enrollLists(org, situation),
  };
}

/** Enter the code that was sent to the number being enrolled. */
export function enrollCodeScreen(
  org: Org,
  make: FormMaker,
  transaction: SignInTransaction,
  situation: Situation,
  message?: IdxMessage,
): Screen {
  const authenticator = situation.enrollable.find((one) => one.key === transaction.current?.key);
  if (!authenticator) return selectEnrollScreen(org, make, situation);
  const method = transaction.current?.method;
  return {
    ...forms([
      make.form(
        'enroll-authenticator',
        'challenge/answer',
        [enrollCredentials(authenticator, message)],
        '$.currentAuthenticator',
      ),
      ...enrollChoice(make, situation),
    ]),
    ...currentAuthenticator(make, authenticator, method, enrollContext(org, transaction, situation.user), true),
    ...enrollLists(org, situation),
    enrollmentAuthenticator: {
      type: 'object',
      value: shownAuthenticator(authenticator, method ? [method] : undefined),
    },
  };
}

/** Set up Okta Verify: say where the link is to go, or wait for the phone. */
export function setupScreen(
  org: Org,
  make: FormMaker,
  { step, current }: SignInTransaction & { step: 'enrollChannel' | 'enrollPoll' },
  situation: Situation,
): Screen {
  const authenticator = org.store.authenticators.find('key', 'okta_verify');
  if (!authenticator || !current?.setup) return selectEnrollScreen(org, make, situation);
  const { channel } = current.setup;
  const shown = currentAuthenticator(make, authenticator, undefined, setupContext(org, current));
  const resend = step === 'enrollPoll' && channel !== 'qrcode' ? make.actions('okta_verify', true) : {};
  return {
    ...forms([
      step === 'enrollPoll' ? enrollPollForm(make) : channelDataForm(make, channel),
      channelForm(make, authenticator, channel),
      ...(situation.enrollable.length > 0 ? enrollChoice(make, situation) : []),
    ]),
    ...(shown.currentAuthenticator
      ? { currentAuthenticator: { type: 'object', value: { ...resend, ...shown.currentAuthenticator.value } } }
      : {}),
    ...enrollLists(org, situation),
  };
}

/** @param waiting for what was sent */
function currentAuthenticator(
  make: FormMaker,
  authenticator: AuthenticatorEntity,
  method: SignInTransaction['verified'][number]['method'] | undefined,
  context: Partial<IdxAuthenticator> = {},
  waiting = false,
): Screen {
  const shown = shownAuthenticator(authenticator, method ? [method] : undefined);
  // a password that is only being chosen cannot be forgotten
  const actions = authenticator.key === 'okta_password' ? {} : make.actions(authenticator.key, waiting);
  return { currentAuthenticator: { type: 'object', value: { ...actions, ...shown, ...context } } };
}
