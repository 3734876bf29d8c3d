import canonicalize from 'canonicalize';
import { isRecord } from '../crash/kms-client.ts';
import { type Answered, type Reading, secretIn } from './check-answer.ts';
import type { Generated } from './generate.ts';

/** Members of answers that no event may hold. */
const SECRET_MEMBERS = [
  'CiphertextBlob',
  'GrantToken',
  'ImportToken',
  'Mac',
  'Plaintext',
  'PrivateKeyCiphertextBlob',
  'PrivateKeyPlaintext',
  'SharedSecret',
  'Signature',
];
/** Of a base64 text from this length on, a piece occurs nowhere by chance. */
const PIECE_OF = 32;
const NAME_MAX = 128;

/** What is wrong with the record of an answered request; `undefined` when nothing is. */
export function complaintAboutRecord(
  generated: Generated,
  answer: Answered,
  reading: Reading,
  entry: string | undefined,
): string | undefined {
  if (entry === undefined) return 'the attempt is not on the record';
  const event: unknown = JSON.parse(entry);
  if (!isRecord(event)) return 'the record is no event';
  if (canonicalize(event) !== entry) return 'the event is not in canonical form';
  if (event['id'] !== answer.headers['x-keywitness-event-id']) {
    return 'the record at that place is another one';
  }
  const isSuccess = reading.outcome === 'success';
  if ((event['outcome'] === 'success') !== isSuccess) return 'the record tells of another outcome';
  if (!generated.isMisplaced && secretIn(entry)) return 'the record holds the plaintext';
  const { secretAccessKey, sessionToken = secretAccessKey } = generated.sender;
  const told = `${entry} ${answer.body}`;
  if (told.includes(secretAccessKey) || told.includes(sessionToken)) return 'a credential is told';
  if (isSuccess && holdsResult(entry, reading)) return 'the record holds what was answered';
  if (event['count'] !== undefined) return isSuccess ? 'a success was counted' : undefined;
  return complaintAboutEvent(generated, answer, reading, event);
}

/** How many attempts from outside an entry stands for. */
export function attemptsOf(entry: string): number {
  const event: unknown = JSON.parse(entry);
  if (!isRecord(event)) return 0;
  const { count = 1, protocol } = event;
  return isRecord(protocol) && protocol['front'] !== 'internal' ? Number(count) : 0;
}

function holdsResult(entry: string, { members }: Reading): boolean {
  return SECRET_MEMBERS.some((name) => {
    const text = members[name];
    return typeof text === 'string' && text.length >= PIECE_OF && entry.includes(text.slice(-PIECE_OF, -8));
  });
}

/** Of a record that is one request's own. */
function complaintAboutEvent(
  { sender, signature }: Generated,
  { headers }: Answered,
  { message, operation }: Reading,
  { actor, error, protocol, requestId }: Readonly<Record<string, unknown>>,
): string | undefined {
  if (requestId !== headers['x-amzn-requestid']) return 'the record has another request id';
  if (!isRecord(protocol) || !isRecord(actor)) return 'the record says too little';
  const name = operation.replace(/^TrentService\./, '').replace(/^CloudTrail_20131101\./, '');
  if (operation !== '' && protocol['operation'] !== (name === '' ? '-' : name.slice(0, NAME_MAX))) {
    return 'the record names another operation';
  }
  if (signature === 'good' && actor['arn'] !== sender.arn) return 'the record names somebody else';
  if (signature === 'broken' && actor['type'] !== 'anonymous') return 'the record names whom nothing proves';
  const told = isRecord(error) ? String(error['message']) : '';
  const isTold = told === message || (told.length > 0 && message.startsWith(told.replace(/…$/, '')));
  return isTold || headers['content-type'] === 'text/xml' ? undefined : 'the record tells another message';
}
