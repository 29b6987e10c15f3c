/** zod's findings in the words of a person who writes YAML: what stands there, what is allowed, what was meant. */
import { z } from 'zod';
import { nearest } from '../shared/nearest.ts';
import type { Problem } from './problems.ts';
import { childrenOf, unwrap } from './schema-walk.ts';
import { placeAt, type Tree } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** What was parsed against what. */
export interface Parsed {
  root: Tree;
  schema: z.ZodType;
  /** As written, before variables were replaced. */
  value: unknown;
  /** Names of fields whose values are never repeated, nor what stands inside of them. */
  secrets: ReadonlySet<string>;
}

/** One problem per finding, at the place of the value (or of the key) that causes it. */
export function problemsOf(issues: readonly Issue[], parsed: Parsed): Problem[] {
  const { root, schema, value, secrets } = parsed;
  return issues.flatMap((issue) => {
    if (issue.code === 'invalid_union') {
      const branch = branchFor(issue, valueAt(value, issue.path));
      const nested = branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) as Issue[];
      if (nested.length > 0) return problemsOf(nested, parsed);
    }
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, root, schema));
    const isSecret = issue.path.some((step) => secrets.has(String(step)));
    const shownValue = isSecret && valueAt(value, issue.path) !== undefined ? SECRET : valueAt(value, issue.path);
    return [{ ...describe(issue, shownValue), place: placeAt(root, issue.path) }];
  });
}

/** Stands for a value that is never repeated. */
const SECRET = Symbol('secret');

/** The findings of the union member that the author must have meant: the one that got furthest. */
function branchFor(issue: z.core.$ZodIssueInvalidUnion, value: unknown): readonly Issue[] {
  const depth = (branch: readonly Issue[]) =>
    branch.some((inner) => inner.path.length === 0 && inner.code === 'invalid_type' && value !== undefined) ? 1 : 0;
  return issue.errors.toSorted((a, b) => depth(a) - depth(b))[0] ?? [];
}

function unknownKey(path: readonly PropertyKey[], key: string, root: Tree, schema: z.ZodType): Problem {
  const known = keysAt(schema, path);
  const near = nearest(key, known);
  return {
    message: `unknown key ${quote(key)}`,
    place: placeAt(root, [...path, key], 'key'),
    hint: `${near === undefined ? '' : `did you mean ${quote(near)}? `}allowed here: ${known.join(', ')}`,
  };
}

function describe(issue: Issue, value: unknown): Pick<Problem, 'message' | 'hint'> {
  const field = fieldName(issue.path);
  if (issue.code === 'invalid_value') return notAllowed(field, issue, value);
  if (issue.code === 'invalid_type') return wrongType(field, issue.expected, value);
  // Words of one field's own rule go on from its name; those of a rule about several fields say all themselves.
  if (issue.code === 'custom')
    return { message: issue.message.startsWith('must ') ? `${field} ${issue.message}` : issue.message };
  const isEmpty = Array.isArray(value) || (value === '' && issue.message.startsWith('Too small'));
  if (issue.code === 'too_small' && isEmpty) return { message: `${field} must not be empty` };
  return { message: `${field}: ${shown(value)}: ${lowerFirst(issue.message)}` };
}

function notAllowed(
  field: string,
  issue: z.core.$ZodIssueInvalidValue,
  value: unknown,
): Pick<Problem, 'message' | 'hint'> {
  const choices = issue.values
    .map((choice) => (typeof choice === 'string' ? quote(choice) : String(choice)))
    .join(', ');
  if (value === undefined) return { message: `${field} is missing`, hint: `allowed: ${choices}` };
  const near = typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined;
  const meant = near === undefined ? '' : `did you mean ${quote(near)}? `;
  // A schema with words of its own for this (flow steps) lists what is allowed itself.
  if (!issue.message.startsWith('Invalid') && !isVariable(value)) return { message: issue.message, hint: meant.trim() };
  return { message: `${field}: ${shown(value)} is not allowed`, hint: `${meant}allowed: ${choices}` };
}

function wrongType(field: string, expected: string, value: unknown): Pick<Problem, 'message' | 'hint'> {
  if (value === undefined) return { message: `${field} is missing`, hint: `it must be ${article(expected)}` };
  const unquoted = expected === 'string' && ['number', 'boolean'].includes(typeof value);
  return {
    message: `${field} must be ${article(expected)}, not ${shown(value)}`,
    hint: unquoted ? 'put it in quotes' : undefined,
  };
}

const isVariable = (value: unknown) => typeof value === 'string' && value.includes('${');

/** Keys that the schema knows at a path; the steps of a path through a list are numbers. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const steps = path.reduce<z.ZodType[]>((found, step) => found.flatMap((inner) => childrenOf(inner, step)), [schema]);
  return [
    ...new Set(
      steps.flatMap(unwrap).flatMap((inner) => (inner instanceof z.ZodObject ? Object.keys(inner.shape) : [])),
    ),
  ];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step], value);
}

function fieldName(path: readonly PropertyKey[]): string {
  const last = path.findLast((step) => typeof step === 'string');
  return last === undefined ? 'the config' : String(last);
}

const ARTICLES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
};

function article(expected: string): string {
  return ARTICLES[expected] ?? expected;
}

function shown(value: unknown): string {
  if (value === SECRET) return '(secret)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return value === null ? 'empty' : quote(value);
}

function quote(value: unknown): string {
  const text = String(value);
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
