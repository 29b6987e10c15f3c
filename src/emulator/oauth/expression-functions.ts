/** Functions of Okta's expression language over texts, lists and numbers (developer docs, "Okta Expression Language"). */

export type ExpressionFunction = (...args: readonly unknown[]) => unknown;

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

function items(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? [] : [value];
}

function whole(value: unknown): number | null {
  const number = Number.parseInt(text(value), 10);
  return Number.isNaN(number) ? null : number;
}

/** `stringSwitch(input, default, key1, value1, …)`: the value of the first key that the input contains. */
function stringSwitch(input: unknown, fallback: unknown, ...pairs: readonly unknown[]): unknown {
  for (let at = 0; at + 1 < pairs.length; at += 2) if (text(input).includes(text(pairs[at]))) return pairs[at + 1];
  return fallback;
}

function substringAfter(input: unknown, search: unknown): string {
  const at = text(input).indexOf(text(search));
  return at < 0 ? '' : text(input).slice(at + text(search).length);
}

function substringBefore(input: unknown, search: unknown): string {
  const at = text(input).indexOf(text(search));
  return at < 0 ? text(input) : text(input).slice(0, at);
}

export const EXPRESSION_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  'String.append': (a, b) => text(a) + text(b),
  'String.join': (separator, ...parts) => parts.map(text).join(text(separator)),
  'String.len': (input) => text(input).length,
  'String.removeSpaces': (input) => text(input).replaceAll(/\s/g, ''),
  'String.replace': (input, search, by) => text(input).replaceAll(text(search), () => text(by)),
  'String.replaceFirst': (input, search, by) => text(input).replace(text(search), () => text(by)),
  'String.startsWith': (input, start) => text(input).startsWith(text(start)),
  'String.endsWith': (input, end) => text(input).endsWith(text(end)),
  'String.stringContains': (input, part) => text(input).includes(text(part)),
  'String.stringSwitch': stringSwitch,
  'String.substring': (input, from, to) => text(input).slice(Number(from), Number(to)),
  'String.substringAfter': substringAfter,
  'String.substringBefore': substringBefore,
  'String.toLowerCase': (input) => text(input).toLowerCase(),
  'String.toUpperCase': (input) => text(input).toUpperCase(),
  'Arrays.contains': (list, item) => items(list).includes(item),
  'Arrays.isEmpty': (list) => items(list).length === 0,
  'Arrays.size': (list) => items(list).length,
  'Arrays.add': (list, item) => [...items(list), item],
  'Arrays.remove': (list, item) => items(list).filter((one) => one !== item),
  'Arrays.get': (list, at) => items(list)[Number(at)],
  'Arrays.flatten': (...lists) => lists.flatMap(items),
  'Arrays.toCsvString': (list) => items(list).map(text).join(','),
  'Convert.toInt': whole,
  'Convert.toNum': (value) => (Number.isNaN(Number(text(value))) ? null : Number(text(value))),
};
