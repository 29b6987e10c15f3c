/** Self-service registration: the form that the app's profile enrollment policy asks for, and the new user it makes. */

import { foldedLogin } from '../../shared/login.ts';
import type { AuthenticatorKey } from '../../wire/authenticator.ts';
import type { IdxMessage } from '../../wire/idx.ts';
import { OktaError } from '../http/okta-error.ts';
import { attributesOf } from '../management/users/profile.ts';
import { createUser } from '../management/users/users.ts';
import type { Org } from '../org.ts';
import type { ApplicationEntity, UserEntity } from '../store/entities.ts';
import { refusals } from './refusals.ts';

export interface ProfileAttribute {
  name: string;
  label: string;
  required: boolean;
}

/** `actions.profileEnrollment` of a rule (OpenAPI 2026.06.3). */
interface ProfileEnrollment {
  access?: string;
  unknownUserAction?: string;
  profileAttributes?: ProfileAttribute[];
  targetGroupIds?: string[] | null;
  activationRequirements?: { emailVerification?: boolean };
}

function actionOf(org: Org, app: ApplicationEntity): ProfileEnrollment | undefined {
  const rule = org.store.policyRules
    .filter((row) => row.policyId === app.profileEnrollmentPolicyId && row.status === 'ACTIVE')
    .sort((a, b) => Number(a.system) - Number(b.system) || a.priority - b.priority)[0];
  return rule?.actions.profileEnrollment as ProfileEnrollment | undefined;
}

/** Whether the app's profile enrollment policy lets strangers register: then the first screen offers it. */
export function registrationOffered(org: Org, app: ApplicationEntity): boolean {
  const action = actionOf(org, app);
  return action?.unknownUserAction === 'REGISTER' && action.access !== 'DENY';
}

/**
 * What the form asks for, names first as Okta shows them: what the rule names, and what the user schema requires besides.
 * Okta's samples fill in first name, last name and email under a rule that names the email alone. The login is the email
 * unless the rule asks for one.
 */
export function profileAttributes(org: Org, app: ApplicationEntity): ProfileAttribute[] {
  const required = requiredBySchema(org);
  const named = new Map<string, ProfileAttribute>();
  for (const attribute of actionOf(org, app)?.profileAttributes ?? []) {
    const { name } = attribute;
    if (!named.has(name)) named.set(name, { ...attribute, required: attribute.required || required.has(name) });
  }
  for (const [name, label] of required) {
    if (name !== 'login' && !named.has(name)) named.set(name, { name, label, required: true });
  }
  const order = ['firstName', 'lastName', 'email'];
  const place = ({ name }: ProfileAttribute) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...named.values()].sort((a, b) => place(a) - place(b));
}

/** Label by name of what no user of the default type can be without. */
function requiredBySchema(org: Org): Map<string, string> {
  const attributes = Object.entries(attributesOf(org, org.store.org.defaultUserTypeId));
  return new Map(
    attributes.flatMap(([name, { required, title }]) =>
      required === true ? [[name, typeof title === 'string' ? title : name] as const] : [],
    ),
  );
}

/** Whether the address is to be verified before the user is let in. */
function emailVerificationRequired(org: Org, app: ApplicationEntity): boolean {
  return actionOf(org, app)?.activationRequirements?.emailVerification === true;
}

/**
 * Makes the user: STAGED until everything required is enrolled (named assumption `registration-staged`). Throws a refusal
 * whose messages belong to fields of the form.
 */
export async function registerUser(
  org: Org,
  app: ApplicationEntity,
  given: Readonly<Record<string, unknown>>,
): Promise<UserEntity> {
  const attributes = profileAttributes(org, app);
  const profile = Object.fromEntries(attributes.flatMap(({ name }) => entry(name, given[name])));
  const faults = attributes.flatMap(({ name, label, required }) =>
    required && profile[name] === undefined ? [[name, [missing(label)]] as [string, IdxMessage[]]] : [],
  );
  if (faults.length > 0) throw refusals.profileFields(new Map(faults));
  const email = profile.email ?? profile.login ?? '';
  const login = profile.login ?? email;
  checkAddress(email);
  dropAbandoned(org, login);
  if (org.store.users.find('login', foldedLogin(login))) {
    throw refusals.profileFields(new Map([[profile.login === undefined ? 'email' : 'login', [taken()]]]));
  }
  const groupIds = (actionOf(org, app)?.targetGroupIds ?? []).filter((id) => org.store.groups.get(id));
  try {
    const body = { profile: { ...profile, email, login }, groupIds };
    const user = await createUser(org, body, { activate: false, changePassword: false });
    return org.store.users.patch(user.id, { emailUnverified: true });
  } catch (error) {
    if (!(error instanceof OktaError)) throw error;
    const text = error.causes.map((cause) => cause.errorSummary).join('. ') || error.message;
    throw refusals.profileFields(new Map([['email', [{ message: text, class: 'ERROR' }]]]));
  }
}

function entry(name: string, value: unknown): [string, string][] {
  return typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [];
}

/** Two messages, as the widget's labels have them. */
function checkAddress(email: string): void {
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return;
  const messages = [
    fault('invalidLoginEmail', "'Email' must be in the form of an email address"),
    fault('doesNotMatchPattern', "Provided value for property 'Email' does not match required pattern"),
  ];
  throw refusals.profileFields(new Map([['email', messages]]));
}

function taken(): IdxMessage {
  return fault('notUniqueWithinOrg', 'A user with this Email already exists');
}

function missing(label: string): IdxMessage {
  return { message: `'${label}' is required.`, class: 'ERROR' };
}

function fault(name: string, message: string): IdxMessage {
  return { message, i18n: { key: `registration.error.${name}`, params: ['Email'] }, class: 'ERROR' };
}

/** Whoever stopped in the middle of registering may begin again. */
function dropAbandoned(org: Org, login: string): void {
  const before = org.store.users.find('login', foldedLogin(login));
  if (before?.status !== 'STAGED' || before.emailUnverified !== true) return;
  for (const factor of org.store.factors.findAll('userId', before.id)) org.store.factors.delete(factor.id);
  org.store.memberships.removeRight(before.id);
  org.store.users.delete(before.id);
}

/**
 * Of what somebody who registers must enrol, what comes first: the address where it is to be verified, else the password
 * (named assumption `registration-order`).
 */
export function registrationFirst(
  org: Org,
  app: ApplicationEntity,
  required: readonly AuthenticatorKey[],
): AuthenticatorKey[] {
  if (required.includes('okta_email') && emailVerificationRequired(org, app)) return ['okta_email'];
  return required.includes('okta_password') ? ['okta_password'] : [...required];
}

/** Password and email of a user who registers, by what the policies say of them: these two enrol nowhere else. */
export function registrationNeed(
  org: Org,
  app: ApplicationEntity,
  user: UserEntity,
  levelOf: (key: AuthenticatorKey) => string,
): { required: AuthenticatorKey[]; optional: AuthenticatorKey[] } {
  const need: { required: AuthenticatorKey[]; optional: AuthenticatorKey[] } = { required: [], optional: [] };
  const active = (key: AuthenticatorKey) => org.store.authenticators.find('key', key)?.status === 'ACTIVE';
  const passwordLevel = levelOf('okta_password');
  if (user.passwordHash === undefined && active('okta_password')) {
    if (passwordLevel === 'REQUIRED') need.required.push('okta_password');
    if (passwordLevel === 'OPTIONAL') need.optional.push('okta_password');
  }
  if (user.emailUnverified === true && active('okta_email')) {
    const level = levelOf('okta_email');
    if (emailVerificationRequired(org, app) || level === 'REQUIRED') need.required.push('okta_email');
    else if (level === 'OPTIONAL') need.optional.push('okta_email');
  }
  return need;
}
