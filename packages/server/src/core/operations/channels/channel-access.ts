import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';
import type { ChannelRecord } from '../response-records.ts';

/**
 * Asks whether the caller may do this to channels. They belong to the account that owns the record, whose incidents they
 * tell: whatever the policies of another account say, its principals are denied (G6).
 *
 * @throws OperationError `AccessDenied`.
 */
export function authorizeForChannels(attempt: Attempt, permission: string): void {
  const resourceAccount = attempt.view.organization()?.auditAccount ?? attempt.place.account;
  attempt.authorize({ permission, resource: '*', resourceAccount });
}

/**
 * Notes the channel that an operation is about, asks policy, and finds it.
 *
 * @throws OperationError when the answer is no, or `NotFound`.
 */
export function requireChannel(attempt: Attempt, params: Params, permission: string): ChannelRecord {
  const name = params.text('channelName');
  attempt.note.parameters = { ...attempt.note.parameters, channel: name };
  authorizeForChannels(attempt, permission);
  const record = attempt.view.channel(name);
  if (record !== undefined && record.deleted !== true) return record;
  throw new OperationError('NotFound', `there is no channel \`${name}\``);
}
