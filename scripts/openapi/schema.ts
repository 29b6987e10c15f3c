/** As much of JSON Schema as Okta's OpenAPI description uses, to tell where an answer does not fit. */

export type Schema = Record<string, unknown>;

export interface Misfit {
  /** Where in the answer: `$.settings.password`. */
  path: string;
  problem: string;
}

/**
 * Everything in `value` that does not fit `schema`. Members that the schema does not name are not its business.
 * @param chosen a discriminator led here: those of the schemas that this one extends are not followed again
 */
export function misfits(document: Schema, schema: Schema, value: unknown, path = '$', chosen = false): Misfit[] {
  const resolved = resolve(document, schema);
  if (value === null) return isNullable(resolved) ? [] : [{ path, problem: 'is null' }];
  const parts = [
    ...list(resolved.allOf).flatMap((part) => misfits(document, part, value, path, chosen)),
    ...(chosen ? [] : oneOf(document, resolved, value, path)),
  ];
  const type = typeFault(resolved, value);
  if (type !== undefined) return [...parts, { path, problem: type }];
  return [...parts, ...enumFault(resolved, value, path), ...insides(document, resolved, value, path)];
}

function isNullable(schema: Schema): boolean {
  return schema.nullable === true || schema.type === undefined;
}

function resolve(document: Schema, schema: Schema): Schema {
  if (typeof schema.$ref !== 'string') return schema;
  let found: unknown = document;
  for (const name of schema.$ref.slice(2).split('/')) found = (found as Schema | undefined)?.[name];
  if (typeof found !== 'object' || found === null) throw new Error(`the description lacks ${schema.$ref}`);
  return resolve(document, found as Schema);
}

function list(value: unknown): Schema[] {
  return Array.isArray(value) ? (value as Schema[]) : [];
}

/** A discriminator says which schema is meant; without one the best fit counts. */
function oneOf(document: Schema, schema: Schema, value: unknown, path: string): Misfit[] {
  const mapped = byDiscriminator(document, schema, value);
  if (mapped) return misfits(document, mapped, value, path, true);
  const options = [...list(schema.oneOf), ...list(schema.anyOf)].map((option) =>
    misfits(document, option, value, path),
  );
  return options.sort((a, b) => a.length - b.length)[0] ?? [];
}

function byDiscriminator(document: Schema, schema: Schema, value: unknown): Schema | undefined {
  const { propertyName, mapping } = (schema.discriminator ?? {}) as {
    propertyName?: string;
    mapping?: Record<string, string>;
  };
  if (propertyName === undefined || typeof value !== 'object' || value === null) return undefined;
  const target = mapping?.[String((value as Schema)[propertyName])];
  if (target === undefined) return undefined;
  return resolve(document, { $ref: target.startsWith('#') ? target : `#/components/schemas/${target}` });
}

function typeFault({ type }: Schema, value: unknown): string | undefined {
  const actual = Array.isArray(value) ? 'array' : typeof value;
  const fits =
    type === undefined ||
    type === actual ||
    (type === 'integer' && Number.isInteger(value)) ||
    (type === 'number' && actual === 'number');
  return fits ? undefined : `is of type ${actual}, not ${String(type)}`;
}

function enumFault(schema: Schema, value: unknown, path: string): Misfit[] {
  if (!Array.isArray(schema.enum) || schema.enum.includes(value)) return [];
  return [{ path, problem: `${JSON.stringify(value)} is none of ${schema.enum.join(', ')}` }];
}

function insides(document: Schema, schema: Schema, value: unknown, path: string): Misfit[] {
  if (Array.isArray(value)) {
    const { items } = schema as { items?: Schema };
    return items ? value.flatMap((item) => misfits(document, items, item, `${path}[]`)) : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const members = value as Schema;
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  const missing = required
    .filter((name) => !(name in members))
    .map((name) => ({ path: `${path}.${name}`, problem: 'is missing' }));
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const inner = Object.entries(properties).flatMap(([name, property]) =>
    name in members ? misfits(document, property, members[name], `${path}.${name}`) : [],
  );
  return [...missing, ...inner];
}
