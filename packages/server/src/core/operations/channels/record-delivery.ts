import type { EventParameters } from '../../audit/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';

/**
 * `RecordDelivery`, the service's own act: that a message to a channel was delivered, or given up, which is an error with
 * the reason. Nothing but the sender calls it.
 */
export const recordDelivery: Operation = {
  name: 'RecordDelivery',
  action: 'notification.deliver',
  run(attempt, params) {
    attempt.note.parameters = noted(params);
    const reason = params.optionalText('reason');
    if (reason !== undefined) throw new OperationError('Unavailable', `could not deliver: ${clip(reason)}`);
    if (params.text('kind') === 'former') forgetFormer(attempt, params);
    return {};
  },
};

/** `ForgetFormerChannel`, the service's own act: a channel's former self could not be told for a whole day. */
export const forgetFormerChannel: Operation = {
  name: 'ForgetFormerChannel',
  action: 'channel.forget',
  run(attempt, params) {
    attempt.note.parameters = { channel: params.text('channelName') };
    forgetFormer(attempt, params);
    return {};
  },
};

/** Nothing is done when another former self has taken its place, or it is gone already. */
function forgetFormer(attempt: Attempt, params: Params): void {
  const name = params.text('channelName');
  const record = attempt.view.channel(name);
  if (record?.former?.atMs !== params.number('formerAtMs')) return;
  const { former, ...rest } = record;
  attempt.note.change = { before: { act: former.act, settings: former.settings, type: former.type } };
  attempt.write(`channel:${name}`, record.deleted === true ? null : rest);
}

function noted(params: Params): EventParameters {
  return {
    attempts: params.number('attempts'),
    channel: params.text('channelName'),
    firstIndex: params.optionalNumber('firstIndex'),
    incidentId: params.optionalText('incidentId'),
    kind: params.text('kind'),
    lastIndex: params.optionalNumber('lastIndex'),
    latencyMs: params.number('latencyMs'),
    messages: params.number('messages'),
  };
}
