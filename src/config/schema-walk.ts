/** Steps through the config's schema: from a schema to those of its members. */
import { z } from 'zod';

/** The schemas of a member, by its key; of a list's members, whatever the step. */
export function childrenOf(schema: z.ZodType, step: PropertyKey): z.ZodType[] {
  return unwrap(schema).flatMap((inner) => {
    if (inner instanceof z.ZodArray) return [inner.element as z.ZodType];
    if (inner instanceof z.ZodObject) return (inner.shape[String(step)] as z.ZodType | undefined) ?? [];
    return [];
  });
}

/** What a value may be: without `optional` and the like, the members of a union one by one. */
export function unwrap(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return unwrap(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => unwrap(option as z.ZodType));
  return [schema];
}
