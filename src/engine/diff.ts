/** Differences between a declared spec and the live one, in the config's words. Pure. */
import type { FieldRule } from './kind.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One field that differs. `before` is undefined for what the org does not have. */
export interface FieldChange {
  /** Dotted path in the spec, e.g. `authenticators.email`. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
  /** The values are secret: only that it changes may be shown. */
  readonly secret?: true;
}

/**
 * The fields of `desired` that `live` does not satisfy. Fields that the config does not mention are not looked at.
 * @param live the live spec, or undefined for an object that is not there
 */
export function diffFields(
  rules: Readonly<Record<string, FieldRule>>,
  desired: Readonly<Record<string, unknown>>,
  live: Readonly<Record<string, unknown>> | undefined,
): FieldChange[] {
  return Object.entries(desired).flatMap(([field, value]) => {
    const rule = rules[field];
    if (rule === undefined) throw new Error(`field ${field} has no rule`);
    if (value === undefined || rule === 'identity') return [];
    if (rule === 'writeOnly') return live ? [] : [{ path: field, secret: true as const }];
    if (rule === 'set') return diffSet(field, value, live?.[field]);
    const changes = diffValue(field, value, live?.[field]);
    return rule === 'hidden' ? changes.map(({ path }) => ({ path, secret: true as const })) : changes;
  });
}

function diffSet(path: string, desired: unknown, live: unknown): FieldChange[] {
  const before = asStrings(live);
  const additive = isObject(desired) && 'add' in desired;
  const wanted = asStrings(additive ? desired.add : desired) ?? [];
  const unwanted = new Set(additive ? asStrings(desired.remove) : []);
  const after = additive ? [...(before ?? []).filter((item) => !unwanted.has(item)), ...wanted] : wanted;
  if (before !== undefined && sameSet(before, after)) return [];
  if (before === undefined && after.length === 0) return [];
  return [change(path, before && [...new Set(before)].sort(), [...new Set(after)].sort())];
}

function diffValue(path: string, desired: unknown, live: unknown): FieldChange[] {
  if (isObject(desired)) {
    // In an order of their own: that of the keys in a file means nothing.
    return Object.entries(desired)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([key, value]) => diffValue(`${path}.${key}`, value, isObject(live) ? live[key] : undefined));
  }
  // `null` wants a field without a value, which the org shows by leaving it out.
  return canonical(desired) === canonical(live ?? null) ? [] : [change(path, live, desired)];
}

function change(path: string, before: unknown, after: unknown): FieldChange {
  return { path, ...(before === undefined ? {} : { before: before as Json }), after: after as Json };
}

/** One text for equal values, whatever the order of keys. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
    ) ?? 'undefined'
  );
}

function asStrings(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && [...left].every((item) => right.has(item));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
