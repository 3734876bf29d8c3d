import type { ChannelSecrets, ChannelTarget } from '../../core/operations/index.ts';
import type { AddressGuard } from '../outbound/index.ts';
import { mailOf } from './email-format.ts';
import type { Message, Notice } from './notice.ts';
import { pagerDutyBody, pagerDutyUrl } from './pagerduty-format.ts';
import type { SendingParts } from './ports.ts';
import { sendHttp } from './send-http.ts';
import { sendMail } from './send-mail.ts';
import { failedForNow, type SendOutcome } from './send-outcome.ts';
import { slackBody } from './slack-format.ts';
import { teamsBody } from './teams-format.ts';
import { webhookBody, webhookHeaders } from './webhook-format.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };

/** Sends a message in the words of the channel's type. */
export function sendMessage(
  message: Message,
  target: ChannelTarget,
  secrets: ChannelSecrets,
  guard: AddressGuard,
  parts: SendingParts,
): Promise<SendOutcome> {
  const { url = '', routingKey = '' } = secrets;
  switch (target.type) {
    case 'slack':
      return sendHttp({ url, headers: JSON_HEADERS, body: slackBody(message) }, guard, parts);
    case 'teams':
      return sendHttp({ url, headers: JSON_HEADERS, body: teamsBody(message) }, guard, parts);
    case 'pagerduty': {
      const body = pagerDutyBody(singleOf(message), routingKey);
      const at = parts.pagerDutyUrl ?? pagerDutyUrl(target.settings['region']);
      return sendHttp({ url: at, headers: JSON_HEADERS, body }, guard, parts);
    }
    case 'webhook': {
      const notice = singleOf(message);
      const body = webhookBody(notice);
      return sendHttp(
        { url, headers: webhookHeaders(notice, body, secrets, parts.nowMs()), body },
        guard,
        parts,
      );
    }
    case 'email':
      return sendMail(mailOf(message, target), target, secrets, guard, parts);
    default:
      // A store that a later version wrote to.
      return Promise.resolve(failedForNow('this version does not know the type of the channel'));
  }
}

/** Channels that programs read are never sent digests. */
function singleOf(message: Message): Notice {
  if (message.kind === 'single') return message.notice;
  throw new TypeError('a digest was made for a channel that takes none');
}
