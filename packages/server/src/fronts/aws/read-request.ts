import { isUtf8 } from 'node:buffer';
import { NormalizedSchema } from '@smithy/core/schema';
import { Params } from '../../core/operations/index.ts';
import { type Constraint, constraintOf, itemConstraintOf } from './constraints.ts';
import { cannotConvert, MalformedRequest } from './malformed.ts';
import { memberName, requiredCountOf, type SchemaSource } from './schema.ts';
import {
  CONTEXT_BYTES_MAX,
  fitsRecord,
  isMembers,
  readBlob,
  readFlag,
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
export function compileReadBody(input: SchemaSource): ReadBody {
  const readMembers = compileStructure(NormalizedSchema.of(input));
  return (body) => {
    const value = parseJson(body);
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

function compileStructure(schema: NormalizedSchema): ReadMembers {
  const structure = (schema.getName() ?? '').replace(/^.*#/, '');
  const requiredCount = requiredCountOf(schema);
  const members = [...schema.structIterator()].map(([wire, member], position) =>
    compileMember(structure, wire, member, position < requiredCount),
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

function compileMember(structure: string, wire: string, schema: NormalizedSchema, required: boolean): Member {
  const constraint = constraintOf(structure, wire);
  const hidden = constraint.hidden === true || schema.getMergedTraits().sensitive !== undefined;
  return {
    wire,
    name: memberName(wire),
    required,
    requiredUnless: constraint.requiredUnless,
    hidden,
    read: schema.isListSchema()
      ? compileList(structure, wire, schema, constraint)
      : compileValue(schema, constraint, hidden),
  };
}

function compileValue(schema: NormalizedSchema, constraint: Constraint, hidden: boolean): ReadValue {
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
  if (schema.isNumericSchema()) {
    return (value, path, violations) => {
      const number = readInteger(value);
      checkRange(number, path, constraint, violations);
      return number;
    };
  }
  if (schema.isMapSchema()) return readContext;
  if (schema.isStructSchema()) return compileNested(schema);
  throw new TypeError(`requests with members like \`${schema.getName() ?? ''}\` cannot be read`);
}

function readContext(value: unknown, path: string, violations: Violations): unknown {
  const context = readTextMap(value);
  if (fitsRecord(context)) return context;
  violations.add(undefined, path, `Member must have length less than or equal to ${CONTEXT_BYTES_MAX}`);
  return undefined;
}

function compileNested(schema: NormalizedSchema): ReadValue {
  const readMembers = compileStructure(schema);
  return (value, path, violations) => {
    if (!isMembers(value)) throw cannotConvert(value, 'a Structure');
    return new Params(readMembers(value, path, violations));
  };
}

function compileList(
  structure: string,
  wire: string,
  schema: NormalizedSchema,
  constraint: Constraint,
): ReadValue {
  const item = schema.getValueSchema();
  const itemConstraint = item.isStructSchema() ? {} : itemConstraintOf(structure, wire);
  const readItem = compileValue(item, itemConstraint, itemConstraint.hidden === true);
  return (value, path, violations) => {
    if (!Array.isArray(value)) throw cannotConvert(value, 'a List');
    checkSize(value.length, path, constraint, violations);
    return value.map((each: unknown, position) => {
      if (each === null) throw new MalformedRequest('');
      return readItem(each, `${path}.${position + 1}.member`, violations);
    });
  };
}
