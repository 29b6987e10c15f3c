/**
 * The two subschemas of a profile: `#base` of the attributes that Okta defines, `#custom` of those that were added. The
 * same for users, users of apps and groups (OpenAPI 2026.06.3).
 */
import { invalid } from '../../http/okta-error.ts';
import type { ProfileAttributes } from '../../store/entities.ts';
import { type Json, record, requiredText, text } from '../input.ts';

/** The attributes that Okta defines, as a schema shows them. */
export type BaseAttributes = Readonly<Record<string, Json>>;

const ATTRIBUTE_TYPES = ['string', 'boolean', 'number', 'integer', 'array', 'object'];

/** What a body changes: an attribute that it names is added or changed, one that is null is removed. */
export function readAttributes(before: ProfileAttributes, body: Json, known: BaseAttributes): ProfileAttributes {
  const definitions = record(body.definitions) ?? {};
  return {
    custom: readCustom(before.custom, record(record(definitions.custom)?.properties) ?? {}, known),
    base: readBase(before.base, record(record(definitions.base)?.properties) ?? {}, known),
  };
}

type Attributes = ProfileAttributes['custom'];

function readCustom(before: Attributes, properties: Json, known: BaseAttributes): Attributes {
  const custom = { ...before };
  for (const [name, value] of Object.entries(properties)) {
    if (value === null) {
      delete custom[name];
      continue;
    }
    const given = withoutNulls({ ...custom[name], ...record(value) });
    if (!/^[A-Za-z_]\w*$/.test(name) || Object.hasOwn(known, name)) {
      throw invalid(name, `${name}: The name of a custom attribute is not valid or is taken.`);
    }
    if (!ATTRIBUTE_TYPES.includes(text(given.type) ?? '')) throw invalid(name, `${name}: Invalid type.`);
    assertPattern(name, given.pattern);
    custom[name] = { ...given, title: requiredText('title', given.title) };
  }
  return custom;
}

/** A member that is null is taken away; the others of a partial update stay. */
function withoutNulls(attribute: Json): Json {
  return Object.fromEntries(Object.entries(attribute).filter(([, value]) => value !== null));
}

function assertPattern(name: string, value: unknown): void {
  try {
    new RegExp(text(value) ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(name, `${name}: The pattern is no regular expression.`);
    throw error;
  }
}

function readBase(before: Attributes, properties: Json, known: BaseAttributes): Attributes {
  const base = { ...before };
  for (const [name, value] of Object.entries(properties)) {
    if (!Object.hasOwn(known, name)) throw invalid(name, `${name}: is no base attribute.`);
    const given = withoutNulls({ ...base[name], ...record(value) });
    assertPattern(name, given.pattern);
    base[name] = given;
  }
  return base;
}

/** `definitions` and what belongs to it, draft 4 as Okta writes it. */
export function renderDefinitions({ custom, base }: ProfileAttributes, known: BaseAttributes): Json {
  const shown = Object.entries(known).map(([name, attribute]) => [name, { ...attribute, ...base[name] }] as const);
  const added = Object.entries(custom).map(([name, attribute]) => [name, filled(attribute)] as const);
  return {
    definitions: { custom: subschema('#custom', added), base: subschema('#base', shown) },
    type: 'object',
    properties: { profile: { allOf: [{ $ref: '#/definitions/custom' }, { $ref: '#/definitions/base' }] } },
  };
}

function subschema(id: string, attributes: readonly (readonly [string, Json])[]): Json {
  const required = attributes.filter(([, attribute]) => attribute.required === true).map(([name]) => name);
  return { id, type: 'object', properties: Object.fromEntries(attributes), required };
}

/** What Okta adds to an attribute that does not say it. */
export function filled(attribute: Json): Json {
  return {
    scope: 'NONE',
    master: { type: 'PROFILE_MASTER' },
    mutability: 'READ_WRITE',
    permissions: [{ principal: 'SELF', action: 'READ_ONLY' }],
    ...attribute,
  };
}
