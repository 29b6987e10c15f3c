/**
 * Reading request bodies. A member of the wrong JSON type is what Okta's parser refuses before any validation: 400
 * E0000003. `null` counts as absent (recorded: null properties may be omitted).
 */
import { invalid, OktaError } from '../http/okta-error.ts';

export type Json = Record<string, unknown>;

function malformed(): OktaError {
  return new OktaError(400, 'E0000003', 'The request body was not well-formed.');
}

export function text(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw malformed();
  return value;
}

export function flag(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw malformed();
  return value;
}

export function integer(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw malformed();
  return value;
}

export function record(value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed();
  return value as Json;
}

function list(value: unknown): unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw malformed();
  return value;
}

export function texts(value: unknown): string[] | undefined {
  return list(value)?.map((item) => {
    const string = text(item);
    if (string === undefined) throw malformed();
    return string;
  });
}

export function records(value: unknown): Json[] | undefined {
  return list(value)?.map((item) => {
    const object = record(item);
    if (object === undefined) throw malformed();
    return object;
  });
}

/** One of a set of words; another word is refused as Okta's parser does. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  const string = text(value);
  if (string === undefined) return undefined;
  const found = allowed.find((item) => item === string);
  if (found === undefined) throw malformed();
  return found;
}

/** Some of a set of words, each refused as {@link oneOf} does. */
export function someOf<T extends string>(value: unknown, allowed: readonly T[]): T[] | undefined {
  return list(value)?.map((item) => {
    const word = oneOf(item, allowed);
    if (word === undefined) throw malformed();
    return word;
  });
}

/** A text that must be there: 400 "Api validation failed: name", cause "name: The field cannot be left blank". */
export function requiredText(name: string, value: unknown, maxLength = Number.POSITIVE_INFINITY): string {
  const string = text(value)?.trim();
  if (!string) throw invalid(name, `${name}: The field cannot be left blank`);
  if (string.length > maxLength) {
    throw invalid(name, `${name}: The field is too long`);
  }
  return string;
}

/** `value` without the members that are undefined, so that it fits `exactOptionalPropertyTypes`. */
export function defined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
