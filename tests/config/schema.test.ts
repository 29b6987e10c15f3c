import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/config/schema.ts';

interface Schema {
  title?: string;
  description?: string;
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  additionalProperties?: Schema | boolean;
}

/** Every property at any depth, by its path. */
function propertiesOf(schema: Schema, path = ''): [string, Schema][] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, inner]): [string, Schema][] => [
    [`${path}.${name}`, inner],
    ...propertiesOf(inner, `${path}.${name}`),
  ]);
  const inside = [schema.items, ...(schema.anyOf ?? []), schema.additionalProperties];
  return [...own, ...inside.flatMap((inner) => (typeof inner === 'object' ? propertiesOf(inner, `${path}[]`) : []))];
}

describe('the schema that editors complete and validate by', () => {
  const schema = configJsonSchema() as Schema;
  const properties = propertiesOf(schema);

  it('says what it is of', () => {
    expect(schema.title).toBe('orgproof config');
  });

  it('says of every property what it means', () => {
    expect(properties.length).toBeGreaterThan(150);
    const silent = properties.filter(([, { description, $ref }]) => !description && !$ref).map(([path]) => path);
    expect(silent).toEqual([]);
  });

  it('says how what has a form of its own is written', () => {
    const exampleOf = (path: string) => properties.find(([name]) => name === path)?.[1];
    expect(exampleOf('.users[].login')).toMatchObject({ examples: ['mary@example.com'] });
    expect(exampleOf('.users[].phone')).toMatchObject({ examples: ['+14155550132'] });
    expect(exampleOf('.users[].password')).toMatchObject({ examples: ['${env:MARY_PASSWORD}'] });
  });
});
