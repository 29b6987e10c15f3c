/** Kinds and fields in the words of the Admin Console. */
import { isWord } from '../../config/words.ts';
import { namesOf } from '../../shared/address.ts';
import { authenticatorTitle } from '../../shared/authenticators.ts';
import { oneLine } from '../../shared/one-line.ts';

const KIND_TITLES: Record<string, string> = {
  authenticator: 'Authenticator',
  globalSessionPolicy: 'Global session policy',
  globalSessionPolicyRule: 'Global session policy rule',
  passwordPolicy: 'Password policy',
  passwordPolicyRule: 'Password policy rule',
  profileEnrollmentPolicy: 'Profile enrollment policy',
  group: 'Group',
  groupRule: 'Group rule',
  inlineHook: 'Inline hook',
  networkZone: 'Network zone',
  smsTemplate: 'SMS template',
  enrollmentPolicy: 'Enrollment policy',
  enrollmentPolicyRule: 'Enrollment policy rule',
  appSignInPolicy: 'App sign-in policy',
  appSignInPolicyRule: 'App sign-in policy rule',
  app: 'App',
  authorizationServer: 'Authorization server',
  authorizationServerScope: 'Scope',
  accessTokenClaim: 'Access token claim',
  idTokenClaim: 'ID token claim',
  authorizationServerPolicy: 'Authorization server policy',
  authorizationServerPolicyRule: 'Authorization server rule',
  trustedOrigin: 'Trusted origin',
  user: 'User',
};

const NAMES: Record<string, string> = {
  sms: 'SMS',
  voice: 'Voice call',
  signInPolicy: 'App sign-in policy',
  assignedTo: 'Assigned to',
  redirectUris: 'Sign-in redirect URIs',
  signOutUris: 'Sign-out redirect URIs',
  publicKeysUrl: 'URL of the public keys',
  oktaApiScopes: 'Okta API scopes',
  type: 'Type',
  url: 'URL',
  asns: 'ASNs',
  mfaRequired: 'MFA required',
  pkceRequired: 'PKCE required',
  promptForMfa: 'Prompt for MFA',
  mfaLifetimeMinutes: 'MFA lifetime (minutes)',
};

/** Maps whose keys somebody chose: these stay as they are. */
const CHOSEN: Record<string, string> = { headers: 'Header', translations: 'Translation' };

/** Words of the config that the Admin Console writes in capitals. */
const CAPITALS = /\b(ip|jwt|saml|sms|ciba)\b/g;

/** `Enrollment policy "Default Policy"`; parents of a nested object stand before its name. */
export function title(kind: string, key: string): string {
  const parts = namesOf(key);
  const name = parts.at(-1) ?? key;
  const parents = parts.slice(0, -1);
  const shown = kind === 'authenticator' ? authenticatorTitle(name) : name;
  return oneLine(`${KIND_TITLES[kind] ?? kind} "${shown}"${parents.length > 0 ? ` of "${parents.join(' / ')}"` : ''}`);
}

/** `authenticators.email` -> `Email`, `userMustAuthenticateWith` -> `User must authenticate with`. */
export function fieldTitle(path: string): string {
  const [first = '', ...rest] = path.split('.');
  if (first in CHOSEN && rest.length > 0) return oneLine(`${CHOSEN[first]} ${rest.join('.')}`);
  const parts = path.split('.').filter((part) => part !== 'authenticators' && part !== 'methods');
  return oneLine(parts.map(partTitle).join(' '));
}

/** A field of an object: its kind, and its path in the spec. */
export interface Field {
  kind: string;
  path: string;
}

/** A value as the Admin Console would show it: the config's words are the console's in lower case. Texts stay as they are. */
export function valueText(value: unknown, { kind, path }: Field): string {
  if (value === undefined || value === null || value === '') return '(none)';
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : oneLine(value.map(itemText).join(', '));
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'object') return oneLine(JSON.stringify(value));
  const text = String(value);
  return isWord(kind, path, text) ? capitalised(text) : oneLine(text);
}

/** Long texts inside of an object (a key) by their ends. */
function itemText(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  const short = (inner: unknown) =>
    typeof inner === 'string' && inner.length > 40 ? `${inner.slice(0, 8)}…${inner.slice(-8)}` : String(inner);
  return `{ ${Object.entries(item)
    .map(([name, inner]) => `${name}: ${short(inner)}`)
    .join(', ')} }`;
}

function partTitle(part: string): string {
  const title = authenticatorTitle(part);
  return NAMES[part] ?? (title === part ? sentence(part) : title);
}

function capitalised(words: string): string {
  const shown = words.replace(CAPITALS, (word) => word.toUpperCase());
  return shown.charAt(0).toUpperCase() + shown.slice(1);
}

function sentence(camelCase: string): string {
  const words = camelCase.replace(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
