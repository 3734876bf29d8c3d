import { NormalizedSchema } from '@smithy/core/schema';
import type { Result } from '../../core/operations/index.ts';
import { isMembers } from './read-value.ts';
import { memberName, type SchemaSource } from './schema.ts';

/** Writes an operation's result as the body of its answer; empty for operations that answer nothing. */
export type WriteBody = (result: Result) => string;

type WriteValue = (value: unknown) => string;

/**
 * Compiles the writer of an operation's output, once, from the SDK's schema. Members that are `undefined` are left
 * out. A value of another type than the schema's is our own fault and throws `TypeError`.
 */
export function compileWriteBody(output: SchemaSource): WriteBody {
  const schema = NormalizedSchema.of(output);
  return schema.isUnitSchema() ? () => '' : compileStructure(schema);
}

function compileStructure(schema: NormalizedSchema): WriteBody {
  const members = [...schema.structIterator()].map(([wire, member]) => ({
    name: memberName(wire),
    prefix: `${JSON.stringify(wire)}:`,
    write: compileValue(member),
  }));
  return (result) => {
    let text = '';
    for (const { name, prefix, write } of members) {
      const value = result[name];
      if (value === undefined) continue;
      text += `${text === '' ? '' : ','}${prefix}${write(value)}`;
    }
    return `{${text}}`;
  };
}

function compileValue(schema: NormalizedSchema): WriteValue {
  if (schema.isStringSchema()) return writeText;
  if (schema.isBlobSchema()) return writeBlob;
  if (schema.isTimestampSchema()) return writeInstant;
  if (schema.isBooleanSchema()) return writeFlag;
  if (schema.isNumericSchema()) return writeNumber;
  if (schema.isListSchema()) return compileList(schema);
  if (schema.isStructSchema()) return compileNested(schema);
  throw new TypeError(`answers with members like \`${schema.getName() ?? ''}\` cannot be written`);
}

function compileNested(schema: NormalizedSchema): WriteValue {
  const write = compileStructure(schema);
  return (value) => {
    if (!isMembers(value)) throw wrongType('a structure');
    return write(value);
  };
}

function compileList(schema: NormalizedSchema): WriteValue {
  const write = compileValue(schema.getValueSchema());
  return (value) => {
    if (!Array.isArray(value)) throw wrongType('a list');
    return `[${value.map((item: unknown) => write(item)).join(',')}]`;
  };
}

function writeText(value: unknown): string {
  if (typeof value !== 'string') throw wrongType('text');
  return JSON.stringify(value);
}

function writeBlob(value: unknown): string {
  if (!(value instanceof Uint8Array)) throw wrongType('bytes');
  return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`;
}

/** From milliseconds to AWS's seconds with a fraction. */
function writeInstant(value: unknown): string {
  if (typeof value !== 'number') throw wrongType('an instant');
  return String(value / 1000);
}

function writeFlag(value: unknown): string {
  if (typeof value !== 'boolean') throw wrongType('a boolean');
  return String(value);
}

function writeNumber(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongType('a number');
  return String(value);
}

/** The value itself may be a secret: the message names none (G8). */
function wrongType(wanted: string): TypeError {
  return new TypeError(`an operation's result has a member that is not ${wanted}`);
}
