import { isDeepStrictEqual } from 'node:util';
import { MODELLED_ERRORS } from '../../packages/server/src/fronts/aws/kms-errors.test-fixture.ts';
import { KMS_SCHEMAS, type Schema } from '../../packages/server/src/fronts/aws/kms-schemas.test-fixture.ts';
import { isRecord } from '../crash/kms-client.ts';
import type { Generated } from './generate.ts';
import { CANARY, type Members, type Scene } from './scene.ts';

/** An answer as it came. */
export interface Answered {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an answer was about. */
export interface Reading {
  /** The name of the operation that was answered, as the target has it. */
  readonly operation: string;
  /** `success`, or the error's name. */
  readonly outcome: string;
  readonly message: string;
  readonly members: Members;
}

const MODELLED: ReadonlyMap<string, string> = new Map(Object.entries(MODELLED_ERRORS));
const SIGNATURE_ERRORS: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);
/** Errors that every operation may answer ("Common errors" of AWS's API references), and those for unknown ones. */
const COMMON_ERRORS: ReadonlySet<string> = new Set([
  ...SIGNATURE_ERRORS,
  'AccessDeniedException',
  // Wherever an ARN, a grant token or a marker is taken, whatever the model lists.
  'InvalidArnException',
  'InvalidGrantTokenException',
  'InvalidMarkerException',
  'SerializationException',
  'ThrottlingException',
  'UnknownOperationException',
  'UnsupportedOperationException',
  'ValidationException',
]);
const TROUBLE =
  /\bat [^ ]* ?\(?(?:file:|node:|\/)|\.[jt]s:[0-9]+|node:internal|node_modules|TypeError|RangeError|SyntaxError|\[object |undefined/;
const XML_ERROR = /^<ErrorResponse xmlns="[^"]*"><Error><Type>Sender<\/Type><Code>([A-Za-z]+)<\/Code>/;
/** Operations that are asked of KMS; what is asked of others is only looked at from outside. */
const KMS_TARGET = /^TrentService\.([A-Za-z]+)$/;

/** Reads an answer. What is no answer in the form of AWS is a complaint, a text. */
export function readAnswer(generated: Generated, answer: Answered): Reading | string {
  const { body, headers, status } = answer;
  const operation = targetOf(generated);
  const isExpected = status === 200 || (status >= 400 && status < 500) || isLateRecord(body);
  if (!isExpected) return `the status is ${status}`;
  if (headers['x-amzn-requestid'] === undefined) return 'the answer has no request id';
  if (headers['x-keywitness-event-id'] === undefined) return 'the answer names no event';
  if (headers['content-type'] === 'text/xml') return readXml(operation, answer);
  if (headers['content-type'] !== 'application/x-amz-json-1.1') return 'the answer has another content type';
  const members = body === '' && status === 200 ? {} : parsed(body);
  if (!isRecord(members)) return 'the answer is no JSON object';
  if (status === 200) return { operation, outcome: 'success', message: '', members };
  const { __type: outcome, message = '', ...more } = members;
  if (typeof outcome !== 'string' || !/^[A-Z][A-Za-z]+Exception$/.test(outcome)) {
    return 'the error has no `__type`';
  }
  if (typeof message !== 'string' || Object.keys(more).length > 0) return 'the error has other members';
  return { operation, outcome, message, members };
}

/** What is wrong with an answer; `undefined` when nothing is. */
export function complaintAbout(
  scene: Scene,
  generated: Generated,
  { members, message, operation, outcome }: Reading,
): string | undefined {
  const name = KMS_TARGET.exec(operation)?.[1] ?? '';
  const modelled = MODELLED.get(name)?.split(' ');
  const isSignatureError = SIGNATURE_ERRORS.has(outcome);
  if (generated.signature === 'good' && isSignatureError) return 'a good signature was refused';
  if (generated.signature === 'broken' && !isSignatureError && outcome !== 'UnknownOperationException') {
    return 'a broken signature was accepted';
  }
  if (outcome !== 'success') {
    if (TROUBLE.test(withoutQuotes(message))) return 'the message tells of the inside';
    if (!generated.isMisplaced && secretIn(message)) return 'the message holds a secret';
    const isListed = modelled?.includes(outcome.replace(/Exception$/, '')) === true;
    return modelled === undefined || isListed || COMMON_ERRORS.has(outcome)
      ? undefined
      : `\`${name}\` does not answer ${outcome}`;
  }
  const output = KMS_SCHEMAS.get(name)?.output;
  if (output === undefined) return undefined;
  return complaintAboutShape(output, members, name) ?? complaintAboutForgery(scene, generated, name, members);
}

/** The name in the target header; other fronts take requests without one. */
function targetOf({ request }: Generated): string {
  const targets = request.headers.filter(([name]) => name.toLowerCase() === 'x-amz-target');
  return targets.map(([, value]) => value.trim()).join(',');
}

/** The searchable record may be behind on a busy machine, and says so: of KMS's errors the one with this status. */
function isLateRecord(body: string): boolean {
  return body.startsWith('{"__type":"DependencyTimeoutException"');
}

/** Whether a text holds the plaintext of this run, in one of the ways that bytes are written. */
export function secretIn(text: string): boolean {
  return CANARY_FORMS.some((form) => text.includes(form));
}

const CANARY_FORMS = [
  CANARY.toString().slice(0, 16),
  CANARY.toString('hex').slice(0, 24),
  ...[0, 1, 2].map((skip) => CANARY.subarray(skip, skip + 18).toString('base64')),
];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Messages quote what was asked: only what is around it is the service's own. */
function withoutQuotes(message: string): string {
  return message.replaceAll(/'[^]*'|`[^]*`|"[^]*"/g, '');
}

/** The answer of IAM or STS, to a request that came in a form. */
function readXml(operation: string, { body, status }: Answered): Reading | string {
  if (status === 200) return 'a form that asks for nothing was answered';
  const [, outcome] = XML_ERROR.exec(body) ?? [];
  return outcome === undefined
    ? 'the answer is no error in XML'
    : { operation, outcome: `${outcome}Exception`, message: '', members: {} };
}

function complaintAboutShape(schema: Schema, value: unknown, path: string): string | undefined {
  const wrong = `\`${path}\` is answered with another type`;
  if (schema.isUnitSchema()) return isRecord(value) && Object.keys(value).length === 0 ? undefined : wrong;
  if (schema.isStructSchema()) {
    if (!isRecord(value)) return wrong;
    const known = new Map(schema.structIterator());
    for (const [name, member] of Object.entries(value)) {
      const memberSchema = known.get(name);
      if (memberSchema === undefined) return `\`${path}.${name}\` is no member of the answer`;
      const complaint = complaintAboutShape(memberSchema, member, `${path}.${name}`);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return wrong;
    return value
      .map((item: unknown) => complaintAboutShape(schema.getValueSchema(), item, path))
      .find((complaint) => complaint !== undefined);
  }
  if (schema.isBlobSchema()) {
    return typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value
      ? undefined
      : wrong;
  }
  if (schema.isMapSchema()) return isRecord(value) ? undefined : wrong;
  const type = schema.isBooleanSchema() ? 'boolean' : schema.isStringSchema() ? 'string' : 'number';
  return typeof value === type ? undefined : wrong;
}

/** Whatever proves something must have come from the service: none of it can be made by changing bytes. */
function complaintAboutForgery(
  { imports, made, markers, grantTokens }: Scene,
  { request }: Generated,
  name: string,
  answer: Members,
): string | undefined {
  const asked = parsed(Buffer.from(request.body).toString('utf8'));
  if (!isRecord(asked)) return name === 'ListKeys' ? undefined : 'what is no object was accepted';
  const isMade = (operation: string, members: readonly string[], from: Members = asked): boolean =>
    made.some(
      (one) =>
        one.operation === operation &&
        members.every((member) => isDeepStrictEqual(one.members[member] ?? {}, from[member] ?? {})),
    );
  const forged = `\`${name}\` took what was never made`;
  switch (name) {
    case 'Decrypt':
      if (answer['Plaintext'] !== CANARY.toString('base64')) return 'another plaintext was decrypted';
      return isMade('Decrypt', ['CiphertextBlob', 'EncryptionContext']) ? undefined : forged;
    case 'ReEncrypt': {
      const { CiphertextBlob, SourceEncryptionContext: EncryptionContext } = asked;
      const from = { CiphertextBlob, EncryptionContext };
      return isMade('Decrypt', ['CiphertextBlob', 'EncryptionContext'], from) ? undefined : forged;
    }
    case 'Verify':
      return isMade('Verify', ['Message', 'Signature']) ? undefined : forged;
    case 'VerifyMac':
      return isMade('VerifyMac', ['Message', 'Mac']) ? undefined : forged;
    case 'ImportKeyMaterial':
      return imports.some(({ ImportToken }) => ImportToken === asked['ImportToken']) ? undefined : forged;
    default: {
      const [tokens, marker] = ['GrantTokens', 'Marker'].map((member) =>
        takes(name, member) ? asked[member] : undefined,
      );
      if (typeof marker === 'string' && !markers.includes(marker)) return forged;
      const given: readonly unknown[] = Array.isArray(tokens) ? tokens : [];
      return given.every((token) => grantTokens.some((known) => known === token)) ? undefined : forged;
    }
  }
}

/** Whether an operation has a member; what it does not have it ignores. */
function takes(operation: string, member: string): boolean {
  const input = KMS_SCHEMAS.get(operation)?.input;
  return input !== undefined && [...input.structIterator()].some(([name]) => name === member);
}
