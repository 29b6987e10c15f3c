/** The screens about an account instead of a sign-in: recovery, new passwords, unlock, registration. */
import type { IdxAuthenticator, IdxField, IdxMessage, IdxRemediation, IdxResponse } from '../../wire/idx.ts';
import type { Org } from '../org.ts';
import type { AuthenticatorEntity, UserEntity } from '../store/entities.ts';
import { passwordDemands } from './enroll-forms.ts';
import { type FormMaker, newPassword, option, shownAuthenticator, unlockFields } from './forms.ts';
import type { ProfileAttribute } from './registration.ts';
import type { Screen } from './screens.ts';
import { unlockAuthenticators } from './self-service.ts';
import type { SignInTransaction } from './transaction.ts';

const USERNAME: IdxField = { name: 'identifier', label: 'Username', required: true };

function forms(value: IdxRemediation[]): Pick<Screen, 'remediation'> {
  return { remediation: { type: 'array', value } };
}

function password(org: Org): AuthenticatorEntity | undefined {
  return org.store.authenticators.find('key', 'okta_password');
}

export function identifyRecoveryScreen(make: FormMaker): Screen {
  return forms([make.form('identify-recovery', 'identify', [USERNAME])]);
}

/** What is being recovered: on every screen of a recovery. */
export function recoveryAuthenticator(
  org: Org,
  user: UserEntity | undefined,
): Pick<IdxResponse, 'recoveryAuthenticator'> {
  const authenticator = password(org);
  if (!authenticator) return {};
  const settings = user ? { settings: passwordDemands(org, user) } : {};
  return { recoveryAuthenticator: { type: 'object', value: { ...shownAuthenticator(authenticator), ...settings } } };
}

const NEW_PASSWORD_FORMS = {
  resetPassword: 'reset-authenticator',
  expiredPassword: 'reenroll-authenticator',
  expiringPassword: 'reenroll-authenticator-warning',
} as const;

/** Set a new password; one that only will run out may wait. */
export function newPasswordScreen(
  org: Org,
  make: FormMaker,
  transaction: SignInTransaction & { step: keyof typeof NEW_PASSWORD_FORMS },
  user: UserEntity,
  message?: IdxMessage,
): Screen {
  const authenticator = password(org);
  if (!authenticator) return forms([]);
  const name = NEW_PASSWORD_FORMS[transaction.step];
  const value: IdxAuthenticator = {
    ...shownAuthenticator(authenticator),
    settings: passwordDemands(org, user, transaction.passwordExpiry?.daysLeft),
  };
  return {
    ...forms([
      make.form(name, 'challenge/answer', [newPassword('New password', message)], '$.currentAuthenticator'),
      ...(transaction.step === 'expiringPassword' ? [make.form('skip', 'skip')] : []),
    ]),
    currentAuthenticator: { type: 'object', value },
  };
}

/** Who is locked out, and where a code can reach them. */
export function selectUnlockScreen(org: Org, make: FormMaker): Screen {
  const authenticators = unlockAuthenticators(org);
  const options = authenticators.map((one, index) =>
    option(one.name, unlockFields(one), `$.authenticators.value[${index}]`),
  );
  return {
    ...forms([
      make.form('select-authenticator-unlock-account', 'challenge', [
        USERNAME,
        { name: 'authenticator', type: 'object', options },
      ]),
    ]),
    authenticators: { type: 'array', value: authenticators.map((one) => shownAuthenticator(one)) },
  };
}

/** The profile of a new user; what is wrong with it stands at its fields. */
export function enrollProfileScreen(
  make: FormMaker,
  attributes: readonly ProfileAttribute[],
  faults: ReadonlyMap<string, IdxMessage[]> = new Map(),
): Screen {
  const fields = attributes.map(({ name, label, required }): IdxField => {
    const messages = faults.get(name);
    return {
      name,
      label,
      required,
      ...LENGTHS[name],
      ...(messages ? { messages: { type: 'array', value: messages } } : {}),
    };
  });
  return forms([
    make.form('enroll-profile', 'enroll/new', [{ name: 'userProfile', form: { value: fields } }]),
    make.form('select-identify', 'identify/select'),
  ]);
}

/** As the user schema of a fresh org limits them (management reference). */
const LENGTHS: Readonly<Record<string, Pick<IdxField, 'minLength' | 'maxLength'>>> = {
  firstName: { minLength: 1, maxLength: 50 },
  lastName: { minLength: 1, maxLength: 50 },
};
