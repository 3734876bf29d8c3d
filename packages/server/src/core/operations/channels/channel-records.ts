import type { EventParameters } from '../../audit/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Result } from '../params.ts';
import type { ChannelRecord, FormerChannel } from '../response-records.ts';

/** A channel as it is shown: without a secret. */
export function describeChannel(record: ChannelRecord): Result {
  const { disabled, levelMin, name, secretNames, settings, type, updatedAtMs, updatedBy } = record;
  return {
    disabled,
    levelMin,
    name,
    secretNames,
    settings,
    type,
    updatedAt: new Date(updatedAtMs).toISOString(),
    updatedBy,
  };
}

/** What of a channel stands in events of its changes. */
export function notedChannel({ disabled, levelMin, settings, type }: ChannelRecord): EventParameters {
  return { disabled, levelMin, settings, type };
}

/**
 * A channel's former self, to be told what became of it. The oldest one that has not been told yet stays: two changes do
 * not hide the first. One that was disabled had been told so already.
 */
export function formerOf(
  attempt: Attempt,
  before: ChannelRecord,
  act: FormerChannel['act'],
): Pick<ChannelRecord, 'former'> {
  if (before.former !== undefined) return { former: before.former };
  if (before.disabled || before.deleted === true) return {};
  const { sealedSecrets, settings, type } = before;
  return { former: { act, atMs: attempt.nowMs, by: attempt.principal.arn, sealedSecrets, settings, type } };
}

/** Declares the channel's new record as an effect; answers it as it is shown. */
export function writeChannel(attempt: Attempt, record: ChannelRecord): Result {
  attempt.write(`channel:${record.name}`, record);
  return describeChannel(record);
}

/** Who changes a channel, and when. */
export function changedNow({ nowMs, principal }: Attempt): Pick<ChannelRecord, 'updatedAtMs' | 'updatedBy'> {
  return { updatedAtMs: nowMs, updatedBy: principal.arn };
}
