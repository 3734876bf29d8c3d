import * as v from 'valibot';
import type { Schema } from './reading.ts';
import { instantSchema } from './text.ts';

const number = v.number();
const optionalInstant = v.exactOptional(instantSchema);

/** The log, how far it is published, and how far its index. */
export interface LogStatus {
  readonly origin: string;
  /** Events that are recorded. */
  readonly size: number;
  /** Events under the newest checkpoint. */
  readonly publishedSize: number;
  /** RFC 3339, as all instants here. Absent until this start of the service has signed one. */
  readonly checkpointAt?: string;
  readonly checkpointAgeSeconds?: number;
  /** Events under the newest index checkpoint; absent before there is one. */
  readonly indexSize?: number;
}

/** A witness of the log. */
export interface WitnessStatus {
  readonly name: string;
  readonly url: string;
  /** Whether it is among those that cosigned the newest checkpoint that a quorum cosigned. */
  readonly hasCosigned: boolean;
  /** When it did, by its own clock. */
  readonly cosignedAt?: string;
}

/** Who cosigns the log. */
export interface WitnessesStatus {
  /** Which of them are needed, such as `2 of (a, b, c)`; absent when nobody cosigns. */
  readonly quorum?: string;
  /** Whether a quorum has cosigned within the last 90 seconds, or the service has just started. */
  readonly quorumMet: boolean;
  /** Of the newest checkpoint that a quorum cosigned. */
  readonly size?: number;
  readonly at?: string;
  readonly witnesses: readonly WitnessStatus[];
}

/** Whoever follows the log, and how far. */
export interface FollowerStatus {
  readonly name: string;
  /** Events that it has seen. */
  readonly position: number;
  readonly lag: number;
}

/** A channel, and how far telling is there. */
export interface ChannelState {
  readonly name: string;
  readonly type: string;
  readonly disabled: boolean;
  readonly waiting: number;
  readonly oldestWaitingSeconds: number;
  readonly deadLetters: number;
  /** Attempts that failed on end; 0 when the last one went well, or there was none. */
  readonly failures: number;
}

/** What there is, in all accounts. */
export interface StatusCounts {
  readonly accounts: number;
  readonly aliases: number;
  readonly credentials: number;
  readonly grants: number;
  readonly keys: number;
  readonly openIncidents: number;
  readonly acknowledgedIncidents: number;
  /** Users and services. */
  readonly principals: number;
  readonly roles: number;
}

/** How the service is (`spec/admin-api.md`, "Status and settings"). */
export interface ServiceStatus {
  readonly version: string;
  /** `refusing` while attempts cannot be recorded, and so nothing is done. */
  readonly state: 'serving' | 'refusing';
  readonly time: string;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly accountId: string;
  /** The first one is where the service itself is. */
  readonly regions: readonly string[];
  readonly log: LogStatus;
  readonly witnesses: WitnessesStatus;
  readonly followers: readonly FollowerStatus[];
  readonly channels: readonly ChannelState[];
  readonly disk: { readonly freeBytes: number; readonly reserveBytes: number };
  readonly store: { readonly type: string; readonly bytes: number };
  readonly counts: StatusCounts;
}

export const serviceStatusSchema: Schema<ServiceStatus> = v.object({
  version: v.string(),
  state: v.picklist(['serving', 'refusing']),
  time: instantSchema,
  startedAt: instantSchema,
  uptimeSeconds: number,
  accountId: v.string(),
  regions: v.array(v.string()),
  log: v.object({
    origin: v.string(),
    size: number,
    publishedSize: number,
    checkpointAt: optionalInstant,
    checkpointAgeSeconds: v.exactOptional(number),
    indexSize: v.exactOptional(number),
  }),
  witnesses: v.object({
    quorum: v.exactOptional(v.string()),
    quorumMet: v.boolean(),
    size: v.exactOptional(number),
    at: optionalInstant,
    witnesses: v.array(
      v.object({
        name: v.string(),
        url: v.string(),
        hasCosigned: v.boolean(),
        cosignedAt: optionalInstant,
      }),
    ),
  }),
  followers: v.array(v.object({ name: v.string(), position: number, lag: number })),
  channels: v.array(
    v.object({
      name: v.string(),
      type: v.string(),
      disabled: v.boolean(),
      waiting: number,
      oldestWaitingSeconds: number,
      deadLetters: number,
      failures: number,
    }),
  ),
  disk: v.object({ freeBytes: number, reserveBytes: number }),
  store: v.object({ type: v.string(), bytes: number }),
  counts: v.object({
    accounts: number,
    aliases: number,
    credentials: number,
    grants: number,
    keys: number,
    openIncidents: number,
    acknowledgedIncidents: number,
    principals: number,
    roles: number,
  }),
});

/** A setting as it is in force. */
export interface EffectiveSetting {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'flag';
  /** Absent when the setting is not set and has no standard, and for what is secret. */
  readonly value?: string;
  /** Whether somebody set it, or it is the standard. */
  readonly isSet: boolean;
  readonly meaning: string;
}

/** All settings, in the order of `docs/settings.md`. */
export interface ServiceSettings {
  readonly settings: readonly EffectiveSetting[];
}

export const serviceSettingsSchema: Schema<ServiceSettings> = v.object({
  settings: v.array(
    v.object({
      name: v.string(),
      kind: v.picklist(['text', 'number', 'flag']),
      value: v.exactOptional(v.string()),
      isSet: v.boolean(),
      meaning: v.string(),
    }),
  ),
});
