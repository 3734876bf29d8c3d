import { type AnswerQuery, type ApiClient, evidenceArchive, gatherEvidence } from '@keywitness/api';
import { draftEvidence, sha256 } from '@keywitness/log';
import { type BundleVerdict, checkBundle } from '../verify/index.ts';
import { knownLog } from './known-log.ts';
import { readPin } from './pinned-keys.ts';
import { apiErrorOf } from './prove-answer.ts';

/** A bundle of evidence, and what the same check as anybody's says of it. */
export interface MadeEvidence {
  readonly archive: Uint8Array<ArrayBuffer>;
  readonly verdict: BundleVerdict;
  readonly events: number;
  /** The event that says who took it out. */
  readonly eventId: string;
  /** Whether the log has witnesses, and they have cosigned. */
  readonly witnessed: 'yes' | 'none' | 'late';
}

/**
 * Takes all events about something out of the record into one file (`spec/evidence.md`), and checks the file against the
 * pinned keys. The report as a PDF is not in it: the command line makes one.
 *
 * @throws ApiError when what it is made of cannot be had
 */
export async function makeEvidence(client: ApiClient, query: AnswerQuery): Promise<MadeEvidence> {
  await knownLog(client, new Date());
  try {
    const { evidence, eventId, witnessed } = await gatherEvidence(client, query, { sha256 });
    const draft = draftEvidence(evidence, { sha256 });
    const archive = evidenceArchive(draft.parts());
    const verdict = await checkBundle(archive, readPin()?.text ?? '');
    return { archive, verdict, events: draft.events, eventId, witnessed };
  } catch (error) {
    throw apiErrorOf(error);
  }
}
