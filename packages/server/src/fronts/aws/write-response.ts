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
  if (schema.isBlobSchema()) return (value) => `"${writeBlob(value)}"`;
  if (schema.isTimestampSchema()) return writeInstant;
  if (schema.isBooleanSchema()) return writeFlag;
  if (schema.isNumericSchema()) return writeNumber;
  if (schema.isListSchema()) return compileList(schema);
  if (schema.isStructSchema()) return compileNested(schema);
  if (schema.isMapSchema() && schema.getValueSchema().isStringSchema()) return writeTextMap;
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

/** Names are written as they are: they are the caller's own. */
function writeTextMap(value: unknown): string {
  if (!isMembers(value) || !Object.values(value).every((text) => typeof text === 'string')) {
    throw wrongType('a map of texts');
  }
  return JSON.stringify(value);
}

function writeText(value: unknown): string {
  if (typeof value !== 'string') throw wrongType('text');
  return JSON.stringify(value);
}

/** Bytes as base64 (RFC 4648 section 4). */
export function writeBlob(value: unknown): string {
  if (!(value instanceof Uint8Array)) throw wrongType('bytes');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
}

/** From milliseconds to AWS's seconds with a fraction. */
function writeInstant(value: unknown): string {
  if (typeof value !== 'number') throw wrongType('an instant');
  return String(value / 1000);
}

/** A boolean as JSON and XML both have it. */
export function writeFlag(value: unknown): string {
  if (typeof value !== 'boolean') throw wrongType('a boolean');
  return String(value);
}

/** A number as JSON and XML both have it. */
export function writeNumber(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongType('a number');
  return String(value);
}

/** The value itself may be a secret: the message names none (G8). */
export function wrongType(wanted: string): TypeError {
  return new TypeError(`an operation's result has a member that is not ${wanted}`);
}
