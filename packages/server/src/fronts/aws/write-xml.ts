import { NormalizedSchema } from '@smithy/core/schema';
import type { Result } from '../../core/operations/index.ts';
import { isMembers } from './read-value.ts';
import { memberName, type SchemaSource, wireName } from './schema.ts';
import { writeBlob, writeFlag, writeNumber, wrongType } from './write-response.ts';
import { element, escapeXml } from './xml.ts';

/** Writes an operation's result as the content of its `Result` element. */
export type WriteXml = (result: Result) => string;

/** Writes a value as the content of an element. */
type WriteContent = (value: unknown) => string;
/** Writes a member as elements: one, or several when it is a flattened list or map. */
type WriteMember = (value: unknown) => string;

/** IAM answers policies in percent-encoding (RFC 3986), wherever they stand ("policyDocumentType" of its model). */
const ENCODED_MEMBERS: ReadonlySet<string> = new Set([
  'AssumeRolePolicyDocument',
  'Document',
  'PolicyDocument',
]);

/**
 * Compiles the writer of an operation's output in the AWS Query protocol, once, from the SDK's schema; `undefined` for
 * operations that answer nothing. Members that are `undefined` are left out. A value of another type than the schema's
 * is our own fault and throws `TypeError`.
 */
export function compileWriteXml(output: SchemaSource): WriteXml | undefined {
  const schema = NormalizedSchema.of(output);
  return schema.isUnitSchema() ? undefined : compileStructure(schema);
}

function compileStructure(schema: NormalizedSchema): WriteXml {
  const members = [...schema.structIterator()].map(([wire, member]) => ({
    name: memberName(wire),
    write: compileMember(wire, member),
  }));
  return (result) => {
    let text = '';
    for (const { name, write } of members) {
      const value = result[name];
      if (value !== undefined) text += write(value);
    }
    return text;
  };
}

function compileMember(wire: string, schema: NormalizedSchema): WriteMember {
  const name = wireName(wire, schema);
  const isFlat = schema.getMergedTraits().xmlFlattened !== undefined;
  if (schema.isListSchema()) return isFlat ? compileItems(schema, name) : wrapped(name, compileItems(schema));
  if (schema.isMapSchema()) {
    return isFlat ? compileEntries(schema, name) : wrapped(name, compileEntries(schema));
  }
  return wrapped(name, ENCODED_MEMBERS.has(wire) ? writeEncoded : compileContent(schema));
}

function wrapped(name: string, write: WriteContent): WriteMember {
  return (value) => element(name, write(value));
}

function compileContent(schema: NormalizedSchema): WriteContent {
  if (schema.isStringSchema()) return writeText;
  if (schema.isBlobSchema()) return writeBlob;
  if (schema.isTimestampSchema()) return writeInstant;
  if (schema.isBooleanSchema()) return writeFlag;
  if (schema.isNumericSchema()) return writeNumber;
  if (schema.isListSchema()) return compileItems(schema);
  if (schema.isMapSchema()) return compileEntries(schema);
  if (schema.isStructSchema()) {
    const write = compileStructure(schema);
    return (value) => write(membersOf(value));
  }
  throw new TypeError(`answers with members like \`${schema.getName() ?? ''}\` cannot be written`);
}

function compileItems(schema: NormalizedSchema, flatName?: string): WriteContent {
  const item = schema.getValueSchema();
  const write = wrapped(flatName ?? wireName('member', item), compileContent(item));
  return (value) => {
    if (!Array.isArray(value)) throw wrongType('a list');
    return value.map((each: unknown) => write(each)).join('');
  };
}

function compileEntries(schema: NormalizedSchema, flatName: string = 'entry'): WriteContent {
  const keyName = wireName('key', schema.getKeySchema());
  const write = wrapped(wireName('value', schema.getValueSchema()), compileContent(schema.getValueSchema()));
  return (value) =>
    Object.entries(membersOf(value))
      .map(([key, each]) => element(flatName, `${element(keyName, escapeXml(key))}${write(each)}`))
      .join('');
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (!isMembers(value)) throw wrongType('a structure');
  return value;
}

function writeText(value: unknown): string {
  if (typeof value !== 'string') throw wrongType('text');
  return escapeXml(value);
}

/** Unreserved characters alone stand for themselves; a plus sign, which some readers take for a space, does not. */
function writeEncoded(value: unknown): string {
  if (typeof value !== 'string') throw wrongType('text');
  return encodeURIComponent(value.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** From milliseconds to ISO 8601, with a fraction where there is one. */
function writeInstant(value: unknown): string {
  if (typeof value !== 'number') throw wrongType('an instant');
  return new Date(value).toISOString().replace('.000Z', 'Z');
}
