import {
  constantTimeEqual,
  hmacSha256Hex,
  type SecretKey,
  sha256Hex,
  takeSecretKey,
} from '../../core/crypto/index.ts';
import type { SigningScope } from '../../core/identity/index.ts';
import type { Caller, SignatureKey } from '../../core/operations/index.ts';
import { type Authorization, claimedAccessKeyId, readAuthorization } from './authorization.ts';
import { type CanonicalTarget, canonicalTarget } from './canonical-target.ts';
import { type HeaderFields, readHeaderFields } from './header-fields.ts';
import { incomplete, invalid, type Refusal, type SignatureRefusalCode } from './refusal.ts';
import { checkClock, readRequestDate, type RequestDate } from './request-date.ts';

export type { SignatureRefusalCode } from './refusal.ts';

const TOKEN = 'x-amz-security-token';
/** The longest session token that is looked at, in characters. */
const TOKEN_LENGTH_MAX = 16_384;
/** Access key ids of short-lived credentials begin with it, and no others do. */
const SESSION_PREFIX = 'ASIA';
/** Services that clients sign for this region, wherever they are. */
const GLOBAL_SERVICES: ReadonlySet<string> = new Set(['iam', 'sts']);
const GLOBAL_REGION = 'us-east-1';

/** What a signature covers. */
export interface SignedRequest {
  readonly method: string;
  /** The request target as it was sent: path and query. */
  readonly target: string;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
}

/** What a request is checked against. One per front thread. */
export interface SignatureRules {
  readonly region: string;
  /** All Regions that a credential scope may name; absent when it is the one. */
  readonly regions?: readonly string[] | undefined;
  /** Services that a credential scope may name, for example `kms`. */
  readonly services: readonly string[];
  readonly clockSkewMs: number;
  readonly nowMs: () => number;
  /** `undefined` for unknown or disabled credentials; `expired` for a token that was good once. */
  readonly signatureKey: (
    accessKeyId: string,
    scope: SigningScope,
    sessionToken?: string,
  ) => SignatureKey | 'expired' | undefined;
}

/** What a proof is good for. */
export interface ProofScope {
  readonly region: string;
  /** The one service; absent when it is good for all, as the console's cookie is. */
  readonly service?: string | undefined;
}

/** The answer to "who signed this?". */
export type SignatureVerdict =
  | { readonly kind: 'verified'; readonly caller: Caller; readonly scope: ProofScope }
  | {
      readonly kind: 'refused';
      readonly code: SignatureRefusalCode;
      readonly message: string;
      /** The access key id that was claimed, as far as it could be read; not verified. */
      readonly claimedAccessKeyId?: string;
      /** True when the request says nothing at all of who signed it. */
      readonly unsigned?: true;
    };

/** Answers who signed a request. Never throws for anything that a client can send. */
export type SignatureVerifier = (request: SignedRequest) => SignatureVerdict;

/**
 * Verifies AWS Signature Version 4 in the `Authorization` header, as `spec/sigv4.md` narrows it. A request is checked
 * in AWS's order, and everything that does not depend on the key is checked before the key is asked for.
 */
export function createSignatureVerifier(rules: SignatureRules): SignatureVerifier {
  // Unknown and disabled credentials are checked against this key and refused whatever comes out, so that neither the
  // answer nor the time it takes tells which access keys exist.
  const nobodysKey = takeSecretKey(new Uint8Array(32));
  return (request) => {
    const fields = readHeaderFields(request.rawHeaders);
    const verdict = judge(request, fields, rules, nobodysKey);
    const claimed = verdict.kind === 'refused' ? claimedAccessKeyId(fields) : undefined;
    return claimed === undefined ? verdict : { ...verdict, claimedAccessKeyId: claimed };
  };
}

function judge(
  request: SignedRequest,
  fields: HeaderFields,
  rules: SignatureRules,
  nobodysKey: SecretKey,
): SignatureVerdict {
  const target = canonicalTarget(request.target);
  if (target.kind === 'canonical' && target.presigned) {
    return incomplete('Presigned requests are not accepted: sign the request in its Authorization header.');
  }
  const authorization = readAuthorization(fields);
  if (authorization.kind === 'refused') {
    return target.kind === 'canonical' && isUnsigned(fields)
      ? { ...authorization, unsigned: true }
      : authorization;
  }
  if (target.kind === 'refused') return target;
  const date = readRequestDate(fields);
  if (date.kind === 'refused') return date;
  const late = checkClock(date, rules.nowMs(), rules.clockSkewMs) ?? checkCoverage(fields, authorization);
  if (late !== undefined) return late;
  const credential = readCredential(authorization.credential, date, rules);
  if (credential.kind === 'refused') return credential;
  const bodySha256 = sha256Hex(request.body);
  const unacceptable = checkMethod(request.method) ?? checkBody(fields, bodySha256);
  if (unacceptable !== undefined) return unacceptable;
  const { scope, accessKeyId } = credential;
  const answer = isUsable(accessKeyId, fields)
    ? rules.signatureKey(accessKeyId, scope, fields.get(TOKEN)?.value)
    : undefined;
  const known = answer === 'expired' ? undefined : answer;
  const canonical = canonicalRequest(request.method, target, fields, authorization, bodySha256);
  const expected = hmacSha256Hex(known?.key ?? nobodysKey, stringToSign(date, scope, canonical));
  const matches = constantTimeEqual(
    Buffer.from(expected, 'latin1'),
    Buffer.from(authorization.signature, 'latin1'),
  );
  if (answer === 'expired') return expired();
  if (known === undefined) return unrecognized();
  return matches ? { kind: 'verified', caller: known.caller, scope } : mismatch();
}

/**
 * Whether the signature covers what decides about the request: `host` and every `x-amz-*` header (AWS, "Create a
 * canonical request"). `x-amz-user-agent` is only a claim, and some SDKs leave it out.
 */
function checkCoverage(fields: HeaderFields, { signedNames, signed }: Authorization): Refusal | undefined {
  if (!signed.has('host')) {
    return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const name of signedNames) {
    const field = fields.get(name);
    if (field?.plain !== true) {
      return incomplete("A header in 'SignedHeaders' is absent, or has characters that do not belong there.");
    }
  }
  for (const [name, { count }] of fields) {
    const decides = DECIDING.has(name) || (name.startsWith('x-amz-') && name !== 'x-amz-user-agent');
    if (decides && count > 1) return incomplete(`The request has more than one header ${quoted(name)}.`);
    if (decides && !signed.has(name)) {
      return invalid(`${quoted(name)} must be a 'SignedHeader' in the AWS Authorization.`);
    }
  }
  return undefined;
}

interface Credential {
  readonly kind: 'credential';
  readonly accessKeyId: string;
  readonly scope: SigningScope;
}

function readCredential(
  parts: readonly string[],
  date: RequestDate,
  rules: SignatureRules,
): Credential | Refusal {
  const [accessKeyId = '', day = '', region = '', service = '', terminator = ''] = parts;
  if (parts.length !== 5) {
    return incomplete(
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.',
    );
  }
  const complaints: string[] = [];
  const regions = rules.regions ?? [rules.region];
  if (!regions.includes(region) && !(region === GLOBAL_REGION && GLOBAL_SERVICES.has(service))) {
    const not = /^[a-z0-9-]{1,32}$/.test(region) ? `, not '${region}'` : '';
    complaints.push(`Credential should be scoped to a valid region${not}.`);
  }
  if (!rules.services.includes(service)) {
    const services = rules.services.map((name) => `'${name}'`).join(' or ');
    complaints.push(`Credential should be scoped to correct service: ${services}.`);
  }
  if (terminator !== 'aws4_request') {
    complaints.push("Credential should be scoped with a valid terminator: 'aws4_request'.");
  }
  const today = date.basic.slice(0, 8);
  if (day !== today) {
    const difference = /^\d{8}$/.test(day) ? `: '${day}' != '${today}', from '${date.basic}'` : '';
    complaints.push(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP${difference}.`,
    );
  }
  if (complaints.length > 0) return invalid(complaints.join(' '));
  return { kind: 'credential', accessKeyId, scope: { date: day, region, service } };
}

/** INVARIANT: no part of the canonical request holds a line break, so that it has one reading. */
function checkMethod(method: string): Refusal | undefined {
  return /^[A-Z]{1,16}$/.test(method) ? undefined : incomplete('The request has an unknown method.');
}

/** Whether a request says nothing of who signed it: neither the signature itself nor the token that goes with one. */
function isUnsigned(fields: HeaderFields): boolean {
  return !fields.has('authorization') && !fields.has(TOKEN);
}

/**
 * Whether an access key id may stand with this session token, or without one: short-lived credentials always have a
 * token, others never. INVARIANT: there is at most one token, and it is signed (`checkCoverage`).
 */
function isUsable(accessKeyId: string, fields: HeaderFields): boolean {
  const token = fields.get(TOKEN);
  if (token === undefined) return !accessKeyId.startsWith(SESSION_PREFIX);
  return accessKeyId.startsWith(SESSION_PREFIX) && token.plain && token.value.length <= TOKEN_LENGTH_MAX;
}

/** The body is always hashed here; what the client says of it must agree. */
function checkBody(fields: HeaderFields, bodySha256: string): Refusal | undefined {
  const claimed = fields.get('x-amz-content-sha256')?.value;
  if (claimed === undefined || claimed === bodySha256) return undefined;
  return claimed === 'UNSIGNED-PAYLOAD' || claimed.startsWith('STREAMING-')
    ? incomplete('Unsigned and streamed payloads are not accepted: sign the SHA-256 of the whole body.')
    : invalid("The provided 'x-amz-content-sha256' header does not match what was computed.");
}

function canonicalRequest(
  method: string,
  target: CanonicalTarget,
  fields: HeaderFields,
  { signedHeaders, signedNames }: Authorization,
  bodySha256: string,
): string {
  const headers = signedNames.map((name) => `${name}:${fields.get(name)?.value ?? ''}\n`).join('');
  return `${method}\n${target.path}\n${target.query}\n${headers}\n${signedHeaders}\n${bodySha256}`;
}

/** Headers are hashed as the bytes they were sent as: a character is a byte. */
function stringToSign(date: RequestDate, scope: SigningScope, canonical: string): string {
  const hashed = sha256Hex(Buffer.from(canonical, 'latin1'));
  const scopeText = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
  return `AWS4-HMAC-SHA256\n${date.basic}\n${scopeText}\n${hashed}`;
}

/** Headers beside AWS's that what is decided may hang on: nobody on the way may add or change them. */
const DECIDING: ReadonlySet<string> = new Set(['host', 'x-keywitness-justification']);

function quoted(name: string): string {
  return /^[a-z0-9-]{1,64}$/.test(name) ? `'${name}'` : "'x-amz-*'";
}

function unrecognized(): Refusal {
  return {
    kind: 'refused',
    code: 'UnrecognizedClient',
    message: 'The security token included in the request is invalid.',
  };
}

function expired(): Refusal {
  return {
    kind: 'refused',
    code: 'ExpiredToken',
    message: 'The security token included in the request is expired',
  };
}

function mismatch(): Refusal {
  return invalid(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}
