import * as sdk from '@aws-sdk/client-kms';
import { NormalizedSchema } from '@smithy/core/schema';

/** A shape of KMS's model. */
export type Schema = NormalizedSchema;

/** What an operation of KMS is asked, and what it answers. */
interface OperationSchemas {
  readonly input: Schema;
  readonly output: Schema;
}

/** All operations of KMS that the SDK knows, by name. */
export const KMS_SCHEMAS: ReadonlyMap<string, OperationSchemas> = new Map(
  Object.values<unknown>(sdk)
    .filter((exported) => isOperation(exported))
    .map(([, , name, , input, output]) => [
      name,
      { input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) },
    ]),
);

function isOperation(exported: unknown): exported is typeof sdk.Decrypt$ {
  return Array.isArray(exported) && exported[0] === 9;
}
