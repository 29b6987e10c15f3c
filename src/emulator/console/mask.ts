/** Answers without what they keep secret: a console is looked at over shoulders and lands in screenshots. */
import { Redactor } from '../../shared/redact.ts';
import type { Org } from '../org.ts';

const MASK = '[redacted]';
const LONGEST = 20_000;

/** Members that are secret in the org's answers, beside those that the redactor knows. */
const SECRETS: ReadonlySet<string> = new Set([
  'activationToken',
  'activationUrl',
  'device_secret',
  'interaction_code',
  'interaction_handle',
  'interactionHandle',
  'recoveryToken',
  'resetPasswordUrl',
  'sharedSecret',
  'stateHandle',
  'tempPassword',
]);

/** The answer as indented JSON, or as the text it is, cut after 20,000 characters. */
export function maskedAnswer(org: Org, answer: unknown): string {
  if (answer === undefined) return '';
  const redactor = new Redactor();
  redactor.tell(org.adminToken);
  const value = typeof answer === 'string' ? parsed(answer) : answer;
  const shown = typeof value === 'string' ? value : JSON.stringify(maskMembers(value), null, 2);
  const text =
    typeof value === 'string' ? redactor.text(value) : JSON.stringify(redactor.json(JSON.parse(shown)), null, 2);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}\n…` : text;
}

/** A path and query without the tokens that some clients put there. */
export function maskedPath(path: string): string {
  return new Redactor().text(path);
}

/** IDX documents come as text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Also the value of a form field that is named like a secret, and the picture of a shared secret. */
function maskMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskMembers);
  if (typeof value !== 'object' || value === null) return value;
  const fieldName = 'name' in value ? String(value.name) : '';
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const secretField = name === 'value' && SECRETS.has(fieldName);
      const secret =
        typeof member === 'string' && (SECRETS.has(name) || secretField || /^(data:image|otpauth:)/.test(member));
      return [name, secret ? MASK : maskMembers(member)];
    }),
  );
}
