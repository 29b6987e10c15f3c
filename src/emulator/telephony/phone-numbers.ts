/**
 * Phone numbers as Okta takes and shows them. A number needs its country code; separators are dropped. Okta also asks
 * the carriers' number plan; the emulator checks the form only (named assumption `phone-number-form`).
 */

/** The number in E.164, e.g. `+14155550132`; undefined when it cannot be one. */
export function normalizePhoneNumber(typed: string): string | undefined {
  const digits = typed.replace(/[\s().-]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
}

/** `+1 XXX-XXX-0132`: the country code and the last four digits (recorded for +1; other countries by analogy). */
export function maskPhoneNumber(number: string): string {
  const country = number.startsWith('+1') ? '+1' : number.slice(0, 3);
  return `${country} XXX-XXX-${number.slice(-4)}`;
}

/** `m***y@example.com`: first and last letter of the local part (recorded). */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const local = email.slice(0, at);
  return `${local.slice(0, 1)}***${local.length > 1 ? local.slice(-1) : ''}${email.slice(at)}`;
}
