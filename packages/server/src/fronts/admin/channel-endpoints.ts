import { channelPathSchema, newChannelSchema, replayBodySchema } from '@keywitness/api';
import {
  deleteChannel,
  disableChannel,
  enableChannel,
  getChannel,
  listChannels,
  listDeadLetters,
  putChannel,
  replayDeadLetters,
  testChannel,
} from '../../core/operations/index.ts';
import { answerDeadLetters, answerReplay, answerTest } from './channel-answers.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { none, page } from './input-schemas.ts';

const ofChannel = { ...none, path: channelPathSchema };
const at = '/v1/channels/{channelName}';

/** Where incidents are told (`spec/notifications.md`): rows of the API's table. */
export const channelEndpoints: readonly Endpoint[] = [
  endpoint({ ...page, at: 'GET /v1/channels', operation: listChannels }),
  endpoint({ ...ofChannel, at: `GET ${at}`, operation: getChannel }),
  endpoint({ ...ofChannel, at: `PUT ${at}`, operation: putChannel, body: newChannelSchema }),
  endpoint({ ...ofChannel, at: `DELETE ${at}`, operation: deleteChannel }),
  endpoint({ ...ofChannel, at: `POST ${at}/disable`, operation: disableChannel }),
  endpoint({ ...ofChannel, at: `POST ${at}/enable`, operation: enableChannel }),
  endpoint({ ...ofChannel, at: `POST ${at}/test`, operation: testChannel, answer: answerTest }),
  endpoint({
    ...ofChannel,
    at: `GET ${at}/dead-letters`,
    operation: listDeadLetters,
    answer: answerDeadLetters,
  }),
  endpoint({
    ...ofChannel,
    at: `POST ${at}/dead-letters/replay`,
    operation: replayDeadLetters,
    body: replayBodySchema,
    answer: answerReplay,
  }),
];
