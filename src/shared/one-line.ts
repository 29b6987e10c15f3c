/** Characters that end a line, steer a terminal, or turn the direction of the text around. */
const BREAKING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu;

/** A text of unknown origin as one line that shows what is in it: `\u001b` for the character that begins a terminal's escapes. */
export function oneLine(text: string): string {
  return text.replaceAll(BREAKING, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same data with every text in it as {@link oneLine} shows it. */
export function inOneLine<T>(data: T): T {
  return shown(data) as T;
}

function shown(data: unknown): unknown {
  if (typeof data === 'string') return oneLine(data);
  if (Array.isArray(data)) return data.map(shown);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, shown(value)]));
}
