/** What enrolling an authenticator asks for and shows: its credentials, and what a client needs to draw the screen. */
import type { IdxAuthenticator, IdxField, IdxMessage } from '../../wire/idx.ts';
import type { Org } from '../org.ts';
import type { AuthenticatorEntity, UserEntity } from '../store/entities.ts';
import { CUSTOM_QUESTION, SECURITY_QUESTIONS } from '../store/security-questions.ts';
import { activationData } from '../webauthn/relying-party.ts';
import { credentials, madeByBrowser, questionChoice } from './forms.ts';
import { passwordSettings } from './password-policy.ts';
import { qrCodeDataUri } from './qr-code.ts';
import type { SignInTransaction } from './transaction.ts';

export function enrollCredentials({ key }: AuthenticatorEntity, message?: IdxMessage): IdxField {
  if (key === 'security_question') return questionChoice();
  if (key === 'webauthn') return madeByBrowser(['clientData', 'attestation']);
  return credentials(key === 'okta_password' ? 'Enter password' : 'Enter code', message);
}

/** Members of `currentAuthenticator` that its screen reads. */
export function enrollContext(
  org: Org,
  { current }: SignInTransaction,
  user: UserEntity,
): Pick<IdxAuthenticator, 'contextualData' | 'settings'> {
  switch (current?.key) {
    case 'okta_password':
      return { settings: passwordDemands(org, user) };
    case 'security_question':
      return { contextualData: questions() };
    case 'google_otp':
      return { contextualData: generator(org, user, current.secret ?? '') };
    case 'webauthn':
      return { contextualData: { activationData: activationData(org, user, current.challenge ?? '') } };
    default:
      return {};
  }
}

/** What the policy demands of a new password, as clients show it. */
export function passwordDemands(org: Org, user: UserEntity, daysLeft?: number): Record<string, unknown> {
  const { complexity, age } = passwordSettings(org, user);
  const { minLength, minLowerCase, minUpperCase, minNumber, minSymbol, excludeUsername, excludeAttributes } =
    complexity ?? {};
  return {
    complexity: { minLength, minLowerCase, minUpperCase, minNumber, minSymbol, excludeUsername, excludeAttributes },
    age: { minAgeMinutes: age?.minAgeMinutes ?? 0, historyCount: age?.historyCount ?? 0 },
    ...(daysLeft === undefined ? {} : { daysToExpiry: daysLeft }),
  };
}

function questions(): Record<string, unknown> {
  return {
    questionKeys: [CUSTOM_QUESTION, ...SECURITY_QUESTIONS.map((one) => one.question)],
    questions: SECURITY_QUESTIONS.map((one) => ({ questionKey: one.question, question: one.questionText })),
  };
}

function generator(org: Org, user: UserEntity, sharedSecret: string): Record<string, unknown> {
  const issuer = new URL(org.url).hostname;
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(user.profile.login)}`;
  const uri = `otpauth://totp/${label}?secret=${sharedSecret}&issuer=${encodeURIComponent(issuer)}`;
  return {
    qrcode: { method: 'embedded', href: qrCodeDataUri(uri), type: 'image/png' },
    sharedSecret,
  };
}
