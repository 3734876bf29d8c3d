import type { HeaderFields } from './header-fields.ts';
import { incomplete, type Refusal } from './refusal.ts';

/** The parts of an `Authorization` header, not yet checked against anything. */
export interface Authorization {
  readonly kind: 'read';
  /** The parts of the credential, which slashes divide. */
  readonly credential: readonly string[];
  /** The list as it was sent, and the names in it: lower case, sorted, each once. */
  readonly signedHeaders: string;
  readonly signedNames: readonly string[];
  readonly signed: ReadonlySet<string>;
  readonly signature: string;
}

/** The longest `Authorization` header that is looked at, in characters. */
const AUTHORIZATION_LENGTH_MAX = 4096;

const ALGORITHM = 'AWS4-HMAC-SHA256';
const PARAMETERS = ['Credential', 'Signature', 'SignedHeaders'] as const;
const HEX_SIGNATURE = /^[0-9a-f]{64}$/;
const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
/**
 * Access key ids have no lower-case letters; secret access keys nearly always do, and sometimes stand in their place by
 * mistake.
 */
const ACCESS_KEY_ID = /^[A-Z0-9]{16,128}$/;
const NO_DATE = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";

/** Reads the one `Authorization` header that a request must have (`spec/sigv4.md`, "Authorization"). */
export function readAuthorization(fields: HeaderFields): Authorization | Refusal {
  const field = fields.get('authorization');
  if (field === undefined) return missing();
  if (field.count > 1) return incomplete('The request has more than one Authorization header.');
  if (!field.plain || field.value.length > AUTHORIZATION_LENGTH_MAX) {
    return incomplete('The Authorization header is too long or has characters that do not belong there.');
  }
  const known = readKnown(field.value);
  if (known === undefined) return readText(field.value, fields);
  return hasDate(fields) ? known : incomplete(NO_DATE);
}

/** Clients repeat the same credential and header names in every request; only the signature is another each time. */
const KNOWN_MAX = 1000;
const SIGNATURE = 'Signature=';
const readBefore = new Map<string, Authorization>();

/** What was read before from the same text in front of its signature, with this signature. */
function readKnown(value: string): Authorization | undefined {
  const end = value.lastIndexOf(SIGNATURE) + SIGNATURE.length;
  const signature = value.slice(end);
  const earlier = HEX_SIGNATURE.test(signature) ? readBefore.get(value.slice(0, end)) : undefined;
  if (earlier === undefined) return undefined;
  const { kind, credential, signedHeaders, signedNames, signed } = earlier;
  return { kind, credential, signedHeaders, signedNames, signed, signature };
}

/**
 * INVARIANT: what is remembered ends where the value of its last parameter begins, and that is the signature. So with
 * another signature behind it, it has the same parameters but for that.
 */
function remember(value: string, authorization: Authorization): void {
  const end = value.lastIndexOf(SIGNATURE) + SIGNATURE.length;
  const before = value.charAt(end - SIGNATURE.length - 1);
  if ((before !== ' ' && before !== ',') || value.slice(end) !== authorization.signature) return;
  if (readBefore.size >= KNOWN_MAX) readBefore.clear();
  readBefore.set(value.slice(0, end), authorization);
}

function readText(value: string, fields: HeaderFields): Authorization | Refusal {
  const [algorithm = '', ...parts] = value.split(/[ ,]/).filter((part) => part !== '');
  if (!algorithm.startsWith('AWS4-')) return missing();
  if (algorithm !== ALGORITHM) return unsupported(algorithm);
  const parameters = readParameters(parts);
  if (!(parameters instanceof Map)) return parameters;
  const authorization = readValues(parameters, fields);
  if (authorization.kind === 'read') remember(value, authorization);
  return authorization;
}

/** The access key id that a request claims, when it has the form of one; for the record, where nothing is verified. */
export function claimedAccessKeyId(fields: HeaderFields): string | undefined {
  const { value, count } = fields.get('authorization') ?? { value: '', count: 0 };
  if (count !== 1 || value.length > AUTHORIZATION_LENGTH_MAX) return undefined;
  const start = value.indexOf('Credential=');
  const end = value.indexOf('/', start);
  if (start === -1 || end === -1) return undefined;
  const id = value.slice(start + 'Credential='.length, end);
  return ACCESS_KEY_ID.test(id) ? id : undefined;
}

function hasDate(fields: HeaderFields): boolean {
  return fields.has('x-amz-date') || fields.has('date');
}

function missing(): Refusal {
  return { kind: 'refused', code: 'MissingAuthenticationToken', message: 'Missing Authentication Token' };
}

function unsupported(algorithm: string): Refusal {
  const shown = /^[A-Z0-9-]{1,32}$/.test(algorithm) ? `: '${algorithm}'` : '';
  return incomplete(`Unsupported AWS 'algorithm'${shown} (only ${ALGORITHM} for now).`);
}

function readParameters(parts: readonly string[]): Map<string, string> | Refusal {
  const parameters = new Map<string, string>();
  for (const part of parts) {
    const equals = part.indexOf('=');
    if (equals === -1) {
      return incomplete('Authorization header has a part that is no key=value pair (missing equal-sign).');
    }
    const known = PARAMETERS.find((parameter) => parameter === part.slice(0, equals));
    if (known === undefined) return incomplete('Authorization header has an unknown parameter.');
    if (parameters.has(known)) return incomplete(`Authorization header repeats the '${known}' parameter.`);
    parameters.set(known, part.slice(equals + 1));
  }
  return parameters;
}

/** What is missing is told at once, in AWS's order and words; the header itself is not repeated. */
function readValues(parameters: ReadonlyMap<string, string>, fields: HeaderFields): Authorization | Refusal {
  const { credential, signature, signedHeaders } = {
    credential: parameters.get('Credential') ?? '',
    signature: parameters.get('Signature') ?? '',
    signedHeaders: parameters.get('SignedHeaders') ?? '',
  };
  const absent = PARAMETERS.filter((parameter) => (parameters.get(parameter) ?? '') === '').map(
    (parameter) => `Authorization header requires '${parameter}' parameter.`,
  );
  if (!hasDate(fields)) absent.push(NO_DATE);
  if (absent.length > 0) return incomplete(absent.join(' '));
  const signedNames = signedHeaders.split(';');
  const ordered = signedNames.every(
    (name, index) => NAME.test(name) && (index === 0 || name > (signedNames[index - 1] ?? '')),
  );
  return ordered
    ? {
        kind: 'read',
        credential: credential.split('/'),
        signedHeaders,
        signedNames,
        signed: new Set(signedNames),
        signature,
      }
    : incomplete("The names in 'SignedHeaders' must be lower case, sorted, and each there once.");
}
