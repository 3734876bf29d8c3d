import { decidingPolicies, type Evidence, LogError, type LogHasher, parseWholeAnswer } from '@keywitness/log';
import { type ApiClient, ApiError } from '../client/index.ts';
import type { AnswerQuery } from '../schemas/index.ts';
import { collectPages } from './answer-pages.ts';
import { findWitnessed } from './find-witnessed.ts';

/** As many files as an archive can hold, but for those that are no events. */
const eventsMax = 60_000;

/** All that a bundle of evidence is made of, and how it was taken out. */
export interface GatheredEvidence {
  /** For `draftEvidence`. */
  readonly evidence: Evidence;
  /** The event that says who took it out. */
  readonly eventId: string;
  /** Whether witnesses have cosigned: `late` when a log that has some was not cosigned in time. */
  readonly witnessed: 'yes' | 'none' | 'late';
}

/**
 * Asks a service for all events about something, to be taken out of it, with what proves them (`spec/evidence.md`): the
 * first page says on the record who exported it; those behind it say so as well, each with where it begins.
 *
 * @throws ApiError when the service refuses, LogError `out-of-range` for more than a bundle can hold, and any other code
 * when the service answers with no proof
 */
export async function gatherEvidence(
  client: Pick<ApiClient, 'evidence' | 'getEvent' | 'getProof' | 'logFetch'>,
  query: AnswerQuery,
  hasher: LogHasher,
): Promise<GatheredEvidence> {
  const exported = await client.evidence.exportAnswer({ ...query, paged: true });
  const answer = await collectPages(query, {
    first: exported.answer,
    ask: async (page) => (await client.evidence.exportAnswer(page)).answer,
    logFetch: client.logFetch,
    hasher,
  });
  const whole = parseWholeAnswer(answer);
  const leaves = whole.tree?.leaves ?? [];
  if (leaves.length > eventsMax) {
    throw new LogError(
      'out-of-range',
      `\`${leaves.length}\` events are too many for one bundle; ask for a shorter window`,
    );
  }
  const { index, leaf } = await client.getEvent(exported.eventId);
  const entry = bytesOf(leaf);
  const proof = await client.getProof(exported.eventId);
  const entries = leaves.flatMap((each) => ('entry' in each ? [each.entry] : []));
  const policies = await documentsOf(client, decidingPolicies([...entries, entry]));
  const witnessed = await findWitnessed(client.logFetch, whole.checkpoint, hasher);
  const evidence = { answer, exported: { index, entry, proof }, policies };
  return typeof witnessed === 'string'
    ? { evidence, eventId: exported.eventId, witnessed }
    : { evidence: { ...evidence, witnessed }, eventId: exported.eventId, witnessed: 'yes' };
}

/** A policy that was written into the state by an older version may not be kept; the bundle says so. */
async function documentsOf(
  client: Pick<ApiClient, 'evidence'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const policies = new Map<string, string>();
  for (const sha256 of names) {
    try {
      policies.set(sha256, (await client.evidence.getDocument(sha256)).document);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'NotFound')) throw error;
    }
  }
  return policies;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);
}
