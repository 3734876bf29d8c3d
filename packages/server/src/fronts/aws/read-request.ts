import { isUtf8 } from 'node:buffer';
import { NormalizedSchema } from '@smithy/core/schema';
import { Params } from '../../core/operations/index.ts';
import { type Constraint, type ConstraintLookup, kmsConstraintOf } from './constraints.ts';
import { cannotConvert, MalformedRequest } from './malformed.ts';
import { memberName, requiredCountOf, type SchemaSource } from './schema.ts';
import {
  CONTEXT_BYTES_MAX,
  fitsRecord,
  isMembers,
  readBlob,
  readFlag,
  readInstant,
  readInteger,
  readText,
  readTextMap,
} from './read-value.ts';
import { checkRange, checkSize, checkText, Violations } from './violations.ts';

/** A request body as it was understood. */
export type ReadRequest =
  | { readonly kind: 'read'; readonly params: Params }
  /** The types were right, the values violate the model: `message` says how, in AWS's words. */
  | { readonly kind: 'invalid'; readonly message: string; readonly params: Params };

/** Reads a body of one operation. @throws MalformedRequest when it is not JSON, or a type is wrong. */
export type ReadBody = (body: Uint8Array) => ReadRequest;

type ReadValue = (value: unknown, path: string, violations: Violations) => unknown;
type ReadMembers = (
  value: Readonly<Record<string, unknown>>,
  path: string,
  violations: Violations,
) => Readonly<Record<string, unknown>>;

interface Member {
  /** As on the wire: `KeyId`. */
  readonly wire: string;
  /** As in `Params` and in AWS's messages: `keyId`. */
  readonly name: string;
  readonly required: boolean;
  readonly requiredUnless: string | undefined;
  readonly hidden: boolean;
  readonly read: ReadValue;
}

/**
 * Compiles the reader of an operation's input, once, from the SDK's schema and our table of constraints: no schema is
 * walked while a request waits. Members that the schema does not know are ignored, as AWS ignores them.
 */
export function compileReadBody(
  input: SchemaSource,
  constraintOf: ConstraintLookup = kmsConstraintOf,
): ReadBody {
  const read = compileReadMembers(input, constraintOf);
  return (body) => read(parseJson(body));
}

/** Reads the members of an input, whatever they were written in. @throws MalformedRequest when a type is wrong. */
type ReadInput = (value: Readonly<Record<string, unknown>>) => ReadRequest;

/** Compiles the reader of an input that has been parsed already, with the constraints of its own API. */
export function compileReadMembers(input: SchemaSource, constraintOf: ConstraintLookup): ReadInput {
  const schema = NormalizedSchema.of(input);
  if (schema.isUnitSchema()) return () => ({ kind: 'read', params: new Params({}) });
  const readMembers = compileStructure(schema, constraintOf);
  return (value) => {
    const violations = new Violations();
    const params = new Params(readMembers(value, '', violations));
    return violations.any
      ? { kind: 'invalid', message: violations.message(), params }
      : { kind: 'read', params };
  };
}

function parseJson(body: Uint8Array): Readonly<Record<string, unknown>> {
  if (!isUtf8(body)) throw new MalformedRequest('');
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const value = parseText(text);
  if (Array.isArray(value)) throw new MalformedRequest('Start of list found where not expected');
  if (!isMembers(value)) throw new MalformedRequest('');
  return value;
}

/** The parser's own message quotes the body, so it goes nowhere (G8). */
function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedRequest('');
  }
}

function compileStructure(schema: NormalizedSchema, constraintOf: ConstraintLookup): ReadMembers {
  const structure = (schema.getName() ?? '').replace(/^.*#/, '');
  const requiredCount = requiredCountOf(schema);
  const members = [...schema.structIterator()].map(([wire, member], position) =>
    compileMember({ structure, wire, constraintOf }, member, position < requiredCount),
  );
  return (value, path, violations) => {
    const values: Record<string, unknown> = {};
    for (const member of members) {
      const present = value[member.wire];
      const memberPath = path === '' ? member.name : `${path}.${member.name}`;
      if (present === undefined || present === null) {
        if (isMissing(member, value)) violations.addAbsent(memberPath, member.hidden);
      } else {
        values[member.name] = member.read(present, memberPath, violations);
      }
    }
    return values;
  };
}

function isMissing(member: Member, value: Readonly<Record<string, unknown>>): boolean {
  if (member.requiredUnless === undefined) return member.required;
  const other = value[member.requiredUnless];
  return !(Array.isArray(other) && other.length > 0);
}

/** Where a member stands, and who says what is demanded of it. */
interface Site {
  readonly structure: string;
  readonly wire: string;
  readonly constraintOf: ConstraintLookup;
}

function compileMember(site: Site, schema: NormalizedSchema, required: boolean): Member {
  const { structure, wire, constraintOf } = site;
  const constraint = constraintOf(structure, wire);
  const hidden = constraint.hidden === true || schema.getMergedTraits().sensitive !== undefined;
  return {
    wire,
    name: memberName(wire),
    required,
    requiredUnless: constraint.requiredUnless,
    hidden,
    read: schema.isListSchema()
      ? compileList(site, schema, constraint)
      : compileValue(schema, constraint, hidden, constraintOf),
  };
}

function compileValue(
  schema: NormalizedSchema,
  constraint: Constraint,
  hidden: boolean,
  constraintOf: ConstraintLookup,
): ReadValue {
  if (schema.isStringSchema()) {
    return (value, path, violations) => {
      const text = readText(value);
      checkText(text, path, constraint, hidden, violations);
      return text;
    };
  }
  if (schema.isBlobSchema()) {
    return (value, path, violations) => {
      const bytes = readBlob(value);
      checkSize(bytes.length, path, constraint, violations);
      return bytes;
    };
  }
  if (schema.isBooleanSchema()) return readFlag;
  if (schema.isTimestampSchema()) return readInstant;
  if (schema.isNumericSchema()) {
    return (value, path, violations) => {
      const number = readInteger(value);
      checkRange(number, path, constraint, violations);
      return number;
    };
  }
  if (schema.isMapSchema()) return readContext;
  if (schema.isStructSchema()) return compileNested(schema, constraintOf);
  throw new TypeError(`requests with members like \`${schema.getName() ?? ''}\` cannot be read`);
}

function readContext(value: unknown, path: string, violations: Violations): unknown {
  const context = readTextMap(value);
  if (fitsRecord(context)) return context;
  violations.add(undefined, path, `Member must have length less than or equal to ${CONTEXT_BYTES_MAX}`);
  return undefined;
}

function compileNested(schema: NormalizedSchema, constraintOf: ConstraintLookup): ReadValue {
  const readMembers = compileStructure(schema, constraintOf);
  return (value, path, violations) => {
    if (!isMembers(value)) throw cannotConvert(value, 'a Structure');
    return new Params(readMembers(value, path, violations));
  };
}

function compileList(site: Site, schema: NormalizedSchema, constraint: Constraint): ReadValue {
  const { structure, wire, constraintOf } = site;
  const item = schema.getValueSchema();
  const itemConstraint = item.isStructSchema() ? {} : constraintOf(structure, `${wire}[]`);
  const readItem = compileValue(item, itemConstraint, itemConstraint.hidden === true, constraintOf);
  return (value, path, violations) => {
    if (!Array.isArray(value)) throw cannotConvert(value, 'a List');
    checkSize(value.length, path, constraint, violations);
    return value.map((each: unknown, position) => {
      if (each === null) throw new MalformedRequest('');
      return readItem(each, `${path}.${position + 1}.member`, violations);
    });
  };
}
