import { z } from 'zod'

/** The keys that a schema has at a path, in its own order; none where it takes any, or nothing that has keys. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const found = path.reduce<readonly unknown[]>(
    (schemas, key) => schemas.flatMap((one) => within(one, key)),
    bare(schema),
  )
  return [...new Set(found.flatMap(keysOf))]
}

/** A schema without what makes it optional; of a choice its alternatives. */
function bare(schema: unknown): readonly unknown[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional) return bare(schema.unwrap())
  return schema instanceof z.ZodUnion ? schema.options.flatMap(bare) : [schema]
}

function within(schema: unknown, key: PropertyKey): readonly unknown[] {
  if (schema instanceof z.ZodObject) return bare(Reflect.get(schema.shape, key))
  if (schema instanceof z.ZodArray) return bare(schema.element)
  return schema instanceof z.ZodRecord ? bare(schema.valueType) : []
}

function keysOf(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape)
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) return schema.keyType.options.map(String)
  return []
}
