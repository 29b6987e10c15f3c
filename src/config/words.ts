/** Which values of the config are words of its vocabulary, rather than texts that somebody chose. */
import { z } from 'zod';
import { SECTIONS } from '../kinds/index.ts';
import type { Layout } from '../kinds/section.ts';
import { childrenOf, unwrap } from './schema-walk.ts';

/**
 * Whether the schema lists this value for a field.
 * @param path the field in the spec of the kind, e.g. `authenticators.email`
 */
export function isWord(kind: string, path: string, value: string): boolean {
  const entries = SECTIONS.flatMap(({ schema, layout }) => entrySchemas(schema, layout, kind));
  const found = path
    .split('.')
    .reduce<z.ZodType[]>((schemas, step) => schemas.flatMap((schema) => childrenOf(schema, step)), entries);
  return found.flatMap(unwrap).some((schema) => {
    if (schema instanceof z.ZodEnum) return schema.options.includes(value);
    return schema instanceof z.ZodLiteral && schema.values.has(value);
  });
}

/** The schemas of the entries that declare objects of a kind, in a list or map and in what stands inside of its entries. */
function entrySchemas(list: z.ZodType, layout: Layout, kind: string): z.ZodType[] {
  const entries = unwrap(list).flatMap((schema): z.ZodType[] => {
    if (schema instanceof z.ZodArray) return [schema.element as z.ZodType];
    return schema instanceof z.ZodObject ? (Object.values(schema.shape) as z.ZodType[]) : [];
  });
  const own = entries.flatMap(unwrap);
  const inside = (layout.nested ?? []).flatMap((nested) =>
    own
      .flatMap((entry) => childrenOf(entry, nested.field))
      .flatMap((inner) => entrySchemas(inner, nested.layout, kind)),
  );
  return layout.kind === kind ? [...own, ...inside] : inside;
}
