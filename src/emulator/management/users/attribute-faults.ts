/** What is wrong with the value of one attribute, by the schema of its user type (OpenAPI 2026.06.3). */
import type { Json } from '../input.ts';

/** The faults of a value, each as a text without the name of the attribute; none for a value that is not there. */
export function attributeFaults(value: unknown, attribute: Json): string[] {
  if (value === null || value === undefined || value === '') return [];
  const type = String(attribute.type);
  if (!isOfType(value, type)) return [`The value must be ${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`];
  if (Array.isArray(value)) return itemFaults(value, attribute.items);
  if (typeof value === 'string') return [...textFaults(value, attribute), ...choiceFaults(value, attribute)];
  if (typeof value === 'number') return [...numberFaults(value, attribute), ...choiceFaults(value, attribute)];
  return [];
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

/** All texts but that for too long ones and the pattern are of the named assumption `refusal-texts`. */
function textFaults(value: string, { minLength, maxLength, pattern }: Json): string[] {
  const [least, most] = [limit(minLength, 0), limit(maxLength, Number.POSITIVE_INFINITY)];
  if (value.length > most) return [`String is too long (${value.length} chars), maximum ${most}`];
  if (value.length < least) return [`String is too short (${value.length} chars), minimum ${least}`];
  if (typeof pattern === 'string' && !new RegExp(`^(?:${pattern})$`).test(value)) {
    return ['Does not match required pattern'];
  }
  return [];
}

function numberFaults(value: number, { minimum, maximum }: Json): string[] {
  const [least, most] = [limit(minimum, Number.NEGATIVE_INFINITY), limit(maximum, Number.POSITIVE_INFINITY)];
  if (value > most) return [`The value is above the maximum of ${most}`];
  if (value < least) return [`The value is below the minimum of ${least}`];
  return [];
}

/** `enum` lists the values; `oneOf` has each as `const`, with a title. The two say the same. */
function choiceFaults(value: string | number, attribute: Json): string[] {
  const choices = choicesOf(attribute);
  return choices === undefined || choices.includes(value) ? [] : ['The value is none of those that the schema lists'];
}

function choicesOf({ enum: values, oneOf }: Json): unknown[] | undefined {
  if (Array.isArray(oneOf)) return oneOf.map((choice: { const?: unknown } | null) => choice?.const);
  return Array.isArray(values) ? values : undefined;
}

function itemFaults(values: readonly unknown[], items: unknown): string[] {
  if (typeof items !== 'object' || items === null) return [];
  return [...new Set(values.flatMap((value) => attributeFaults(value, { type: typeof value, ...items })))];
}

function limit(given: unknown, otherwise: number): number {
  return typeof given === 'number' ? given : otherwise;
}
