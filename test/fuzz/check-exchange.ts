import { isRecord } from '../crash/kms-client.ts';
import { type Answered, complaintAbout, readAnswer } from './check-answer.ts';
import { complaintAboutRecord } from './check-record.ts';
import type { Generated } from './generate.ts';
import { remember, type Scene } from './scene.ts';

/** How a request was answered, and what is wrong with that; nothing is when there is no complaint. */
export interface Checked {
  /** `success`, the name of an error, or `malformed` for what is no answer in AWS's form. */
  readonly outcome: string;
  readonly complaint: string | undefined;
}

/**
 * Checks an answer and the entry of the ledger that it names. What a success has made is kept in the scene, for later
 * requests.
 */
export function checkExchange(
  scene: Scene,
  generated: Generated,
  answer: Answered,
  entry: Uint8Array | undefined,
): Checked {
  const reading = readAnswer(generated, answer);
  if (typeof reading === 'string') return { outcome: 'malformed', complaint: reading };
  const { members, operation, outcome } = reading;
  const text = entry === undefined ? undefined : Buffer.from(entry).toString('utf8');
  const complaint =
    complaintAbout(scene, generated, reading) ?? complaintAboutRecord(generated, answer, reading, text);
  if (outcome === 'success') {
    const asked: unknown = JSON.parse(Buffer.from(generated.request.body).toString('utf8'));
    if (isRecord(asked)) remember(scene, operation.replace('TrentService.', ''), asked, members);
  }
  return { outcome, complaint };
}

const BODY_MAX = 4000;

/** An answer and its entry, as text. */
export function exchangeText({ body, headers, status }: Answered, entry: Uint8Array | undefined): string {
  const recorded = entry === undefined ? '' : Buffer.from(entry).toString('utf8');
  return `${status} ${JSON.stringify(headers)} ${body.slice(0, BODY_MAX)}\n${recorded}`;
}
