import * as v from 'valibot';
import { daysSchema } from './keys.ts';
import type { Schema } from './reading.ts';
import { boundedText, instantSchema } from './text.ts';

const count = v.number();
const optionalInstant = v.exactOptional(instantSchema);

/** How far back a question about consequences looks. */
export interface ConsequencesQuery {
  /** 90 unless given. */
  readonly days?: number;
}

export const consequencesQuerySchema: Schema<ConsequencesQuery> = v.strictObject({
  days: v.exactOptional(daysSchema),
});

/** What the path of a question about a key names: its id or ARN. */
export const keyPathSchema: Schema<{ readonly keyId: string }> = v.strictObject({ keyId: boundedText(2048) });

/** Who used a key, and how often, in the window. */
export interface KeyUser {
  /** ARN; of sessions that of the role, with its name in lower case. */
  readonly principal: string;
  readonly count: number;
  /** RFC 3339, as all instants here. */
  readonly lastAt: string;
}

/** A grant as a consequence. */
export interface HeldGrant {
  readonly grantId: string;
  readonly keyArn: string;
  readonly grantee: string;
  readonly operations: readonly string[];
}

/** What would feel it if a key was disabled or deleted (`spec/admin-api.md`, "Consequences"). */
export interface KeyConsequences {
  readonly keyId: string;
  readonly arn: string;
  readonly state: string;
  readonly deletionAt?: string;
  /** The window. */
  readonly days: number;
  readonly from: string;
  /** The newest use at all; absent when there never was one. */
  readonly lastUsedAt?: string;
  /** Uses in the window, among the newest events of the key. */
  readonly uses: number;
  /** Whether these are all of the window: events beyond a limit are not looked at. */
  readonly isComplete: boolean;
  readonly principals: readonly KeyUser[];
  /** Different pairs of encryption contexts among these uses. */
  readonly assetCount: number;
  readonly aliases: readonly string[];
  readonly grantCount: number;
  /** The first hundred. */
  readonly grants: readonly HeldGrant[];
  /** ARNs of the keys of the same id in other Regions. */
  readonly relatedKeys: readonly string[];
}

const grantSchema = v.object({
  grantId: v.string(),
  keyArn: v.string(),
  grantee: v.string(),
  operations: v.array(v.string()),
});

export const keyConsequencesSchema: Schema<KeyConsequences> = v.object({
  keyId: v.string(),
  arn: v.string(),
  state: v.string(),
  deletionAt: optionalInstant,
  days: count,
  from: instantSchema,
  lastUsedAt: optionalInstant,
  uses: count,
  isComplete: v.boolean(),
  principals: v.array(v.object({ principal: v.string(), count, lastAt: instantSchema })),
  assetCount: count,
  aliases: v.array(v.string()),
  grantCount: count,
  grants: v.array(grantSchema),
  relatedKeys: v.array(v.string()),
});

/** A key that a principal used in the window. */
export interface UsedKey {
  readonly arn: string;
  readonly count: number;
  readonly lastAt: string;
}

/** A session that was got with what a principal holds, and has not ended. */
export interface LiveSession {
  readonly accessKeyId: string;
  /** ARN that it acts under. */
  readonly principalArn: string;
  readonly issuedAt: string;
  readonly expiresAt: string;
}

/** What would end if a principal was disabled. */
export interface PrincipalConsequences {
  readonly arn: string;
  readonly name: string;
  readonly disabled: boolean;
  readonly days: number;
  readonly from: string;
  readonly lastUsedAt?: string;
  readonly isComplete: boolean;
  readonly keys: readonly UsedKey[];
  readonly sessions: readonly LiveSession[];
  readonly credentials: readonly { readonly accessKeyId: string; readonly disabled: boolean }[];
  readonly certificateCount: number;
  readonly grantCount: number;
  /** The first hundred that it holds. */
  readonly grants: readonly HeldGrant[];
  /** ARNs of keys whose policy nobody else who is enabled could change. */
  readonly lastAdministratorOf: readonly string[];
  /** Whether all keys were looked at for that. */
  readonly administratorsComplete: boolean;
}

export const principalConsequencesSchema: Schema<PrincipalConsequences> = v.object({
  arn: v.string(),
  name: v.string(),
  disabled: v.boolean(),
  days: count,
  from: instantSchema,
  lastUsedAt: optionalInstant,
  isComplete: v.boolean(),
  keys: v.array(v.object({ arn: v.string(), count, lastAt: instantSchema })),
  sessions: v.array(
    v.object({
      accessKeyId: v.string(),
      principalArn: v.string(),
      issuedAt: instantSchema,
      expiresAt: instantSchema,
    }),
  ),
  credentials: v.array(v.object({ accessKeyId: v.string(), disabled: v.boolean() })),
  certificateCount: count,
  grantCount: count,
  grants: v.array(grantSchema),
  lastAdministratorOf: v.array(v.string()),
  administratorsComplete: v.boolean(),
});
