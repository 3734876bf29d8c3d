import * as sdk from '@aws-sdk/client-kms';
import { type KmsOperationRow, kmsOperationTable, type Operation } from '../../core/operations/index.ts';
import { compileReadBody, type ReadBody } from './read-request.ts';
import { compileWriteBody, type WriteBody } from './write-response.ts';

/** An operation of KMS that we offer: how it reads, what it does, how it answers. */
export interface KmsOperation {
  readonly operation: Operation;
  readonly readBody: ReadBody;
  readonly writeBody: WriteBody;
}

type OperationSchema = typeof sdk.Decrypt$;

/** The operations that KMS has and we do not. */
export const unsupportedKmsOperations: ReadonlySet<string> = new Set(
  kmsOperationTable.filter(({ operation }) => operation === 'later').map(({ name }) => name),
);

/** Compiles every operation that we offer, once per thread: the SDK's schema of a name, and core's operation of it. */
export function compileKmsOperations(): ReadonlyMap<string, KmsOperation> {
  const schemas = new Map(
    Object.values<unknown>(sdk)
      .filter((exported) => isOperation(exported))
      .map((schema) => [schema[2], schema]),
  );
  return new Map(kmsOperationTable.flatMap((row) => compileOne(row, schemas.get(row.name))));
}

function isOperation(exported: unknown): exported is OperationSchema {
  return Array.isArray(exported) && exported[0] === OPERATION_SCHEMA;
}

/** How the SDK's schemas of operations begin. */
const OPERATION_SCHEMA = 9;

function compileOne(
  { name, operation }: KmsOperationRow,
  schema: OperationSchema | undefined,
): readonly (readonly [string, KmsOperation])[] {
  if (operation === 'later') return [];
  if (schema === undefined) throw new TypeError(`the SDK has no operation \`${name}\``);
  const [, , , , input, output] = schema;
  return [[name, { operation, readBody: compileReadBody(input), writeBody: compileWriteBody(output) }]];
}
