import type { NormalizedSchema } from '@smithy/core/schema';

/** What the SDK exports for an operation's input or output. */
export type SchemaSource = Parameters<typeof NormalizedSchema.of>[0];

/** A member's name in core: `KeyId` is `keyId`, `AWSAccountId` is `aWSAccountId`, as in AWS's own messages. */
export function memberName(wire: string): string {
  return wire.charAt(0).toLowerCase() + wire.slice(1);
}

/** How many members of a structure, from the first on, are required. */
export function requiredCountOf(schema: NormalizedSchema): number {
  const source: unknown = schema.getSchema();
  const count: unknown = Array.isArray(source) ? source[REQUIRED_COUNT] : undefined;
  return typeof count === 'number' ? count : 0;
}

/** Where a structure's schema, a tuple, holds that count. */
const REQUIRED_COUNT = 6;

/** A member's name in forms and XML: its own, unless the model gives it another there. */
export function wireName(member: string, schema: NormalizedSchema): string {
  const { xmlName } = schema.getMergedTraits();
  return typeof xmlName === 'string' ? xmlName : member;
}
