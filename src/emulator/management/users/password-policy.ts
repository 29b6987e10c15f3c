/** What the password policy of a user demands of a new password. */
import { selectPolicy } from '../../../policy/index.ts';
import type { UserProfile } from '../../../wire/directory.ts';
import type { Org } from '../../org.ts';
import { verifyPassword } from '../../store/passwords.ts';

interface PasswordSettings {
  complexity: {
    minLength: number;
    minLowerCase: number;
    minUpperCase: number;
    minNumber: number;
    minSymbol: number;
    excludeUsername: boolean;
    excludeAttributes: string[];
  };
  age: { historyCount: number };
}

/** The settings that apply to a member of these groups. */
function settingsFor(org: Org, userId: string, groupIds: readonly string[]): PasswordSettings | undefined {
  const policies = org.store.policies
    .findAll('type', 'PASSWORD')
    .map((policy) => ({ policy, rules: org.store.policyRules.findAll('policyId', policy.id) }));
  const { match } = selectPolicy(policies, { id: userId, groupIds }, {});
  return match?.policy.settings?.password as PasswordSettings | undefined;
}

/**
 * Why a password is not good enough, in Okta's words; undefined when it is.
 * @returns e.g. "Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, …"
 */
export function complexityFault(
  org: Org,
  password: string,
  user: { id: string; groupIds: readonly string[]; profile: UserProfile },
): string | undefined {
  const complexity = settingsFor(org, user.id, user.groupIds)?.complexity;
  if (!complexity) return undefined;
  const rules: [demand: string, met: boolean][] = [
    [`at least ${complexity.minLength} characters`, password.length >= complexity.minLength],
    ...count(complexity.minLowerCase, 'a lowercase letter', password.match(/\p{Ll}/gu)),
    ...count(complexity.minUpperCase, 'an uppercase letter', password.match(/\p{Lu}/gu)),
    ...count(complexity.minNumber, 'a number', password.match(/\d/g)),
    ...count(complexity.minSymbol, 'a symbol', password.match(/[^\p{L}\d\s]/gu)),
  ];
  if (complexity.excludeUsername) {
    rules.push(['no parts of your username', !containsPart(password, user.profile.login)]);
  }
  for (const attribute of complexity.excludeAttributes) {
    const value = user.profile[attribute];
    const contained = typeof value === 'string' && value.length > 2 && includes(password, value);
    const name = attribute === 'firstName' ? 'first name' : attribute === 'lastName' ? 'last name' : attribute;
    rules.push([`does not include your ${name}`, !contained]);
  }
  if (rules.every(([, met]) => met)) return undefined;
  return `Password requirements were not met. Password requirements: ${rules.map(([demand]) => demand).join(', ')}.`;
}

function count(min: number, demand: string, found: RegExpMatchArray | null): [string, boolean][] {
  return min > 0 ? [[demand, (found?.length ?? 0) >= min]] : [];
}

/** Parts of a username are what stands between its separators, four characters and longer (documented). */
function containsPart(password: string, login: string): boolean {
  return login.split(/[.,\-_#@]/).some((part) => part.length >= 4 && includes(password, part));
}

function includes(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** Whether a password is one of the last that the policy remembers, the present one included. */
export async function usedBefore(
  org: Org,
  password: string,
  user: { id: string; groupIds: readonly string[]; passwordHash?: string; passwordHistory: readonly string[] },
): Promise<boolean> {
  const remembered = settingsFor(org, user.id, user.groupIds)?.age.historyCount ?? 0;
  const present = user.passwordHash === undefined ? [] : [user.passwordHash];
  for (const hash of [...present, ...user.passwordHistory].slice(0, remembered)) {
    if (await verifyPassword(password, hash)) return true;
  }
  return false;
}
