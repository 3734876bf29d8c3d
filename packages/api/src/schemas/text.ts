import * as v from 'valibot';
import type { Schema } from './reading.ts';

/** Characters of a policy document: the quota of AWS for the largest kind of identity policy. */
const policyCharactersMax = 10_240;

/** The name of a principal, as IAM allows it; but for `.` and `..`, which mean something else in a path. */
export const principalNameSchema: Schema<string> = v.pipe(
  v.string(),
  v.regex(/^(?!\.{1,2}$)[\w+=,.@-]{1,64}$/, 'a principal name has 1 to 64 letters, digits and `_+=,.@-`'),
);

/** The name of an inline policy, in the same letters. */
export const policyNameSchema: Schema<string> = v.pipe(
  v.string(),
  v.regex(/^(?!\.{1,2}$)[\w+=,.@-]{1,128}$/, 'a policy name has 1 to 128 letters, digits and `_+=,.@-`'),
);

export const accessKeyIdSchema: Schema<string> = v.pipe(
  v.string(),
  v.regex(/^\w{16,128}$/, 'an access key id has 16 to 128 letters and digits'),
);

export const accountIdSchema: Schema<string> = v.pipe(
  v.string(),
  v.regex(/^[0-9]{12}$/, 'an account id has 12 digits'),
);

export const eventIdSchema: Schema<string> = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'an event id is a UUID in lower case'),
);

/** IAM policy JSON. Whether it can be read as such is for the service to say. */
export const policyDocumentSchema: Schema<string> = v.pipe(
  v.string(),
  v.nonEmpty('a policy document is not empty'),
  v.maxLength(policyCharactersMax, `a policy document has at most ${policyCharactersMax} characters`),
);

/** Up to `lengthMax` characters of the caller's own, not empty. */
export function boundedText(lengthMax: number): Schema<string> {
  const tooLong = `a text has at most ${lengthMax} characters here`;
  return v.pipe(v.string(), v.nonEmpty('a text is not empty'), v.maxLength(lengthMax, tooLong));
}

/** An instant in RFC 3339, for example `2030-01-31T12:00:00Z`. */
export const instantSchema: Schema<string> = v.pipe(
  v.string(),
  v.isoTimestamp('an instant is an RFC 3339 date and time with its offset, such as `2030-01-31T12:00:00Z`'),
  v.check((text) => Number.isFinite(Date.parse(text)), 'an instant must exist in the calendar'),
);

/** A whole number, not negative, in decimal digits. */
export const countTextSchema: Schema<number> = v.pipe(
  v.string(),
  v.regex(/^(0|[1-9][0-9]{0,15})$/, 'a number is written in decimal digits'),
  v.transform((text) => Number(text)),
  v.check((value) => Number.isSafeInteger(value), 'a number is at most 9007199254740991'),
);

/** A pair of an encryption context as `name=value`. */
export const assetSchema: Schema<{ readonly name: string; readonly value: string }> = v.pipe(
  boundedText(8192),
  v.check((text) => text.indexOf('=') > 0, 'an asset is written as `name=value`'),
  v.transform((text) => ({
    name: text.slice(0, text.indexOf('=')),
    value: text.slice(text.indexOf('=') + 1),
  })),
);

/**
 * Texts by any names. Not one of valibot's records: they leave out members with names like `constructor`, which a client
 * may well have chosen.
 */
export const textMapSchema: Schema<Readonly<Record<string, string>>> =
  v.custom<Readonly<Record<string, string>>>(isTextMap);

function isTextMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((item) => typeof item === 'string');
}
