import type {
  ChannelState,
  FollowerStatus,
  LogStatus,
  ServiceSettings,
  ServiceStatus,
  StatusCounts,
  WitnessesStatus,
  WitnessStatus,
} from '@keywitness/api';
import { LogError, type NoteSignature, parseCheckpoint, parseNote, parseVerifierKey } from '@keywitness/log';
import { regionsOf, type Result } from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import type { AdminFront } from './admin-parts.ts';
import { errorAnswer, jsonAnswer } from './answers.ts';
import type { Granted } from './endpoint.ts';
import type { NamedWitness, ServiceFacts, ServiceNumbers, ServiceView } from './service-view.ts';

/** Bytes of the time that a cosignature begins with (tlog-cosignature). */
const TIME_BYTES = 8;

/** How the service is: what the state says, and what its threads do. */
export function answerStatus(_input: object, granted: Granted): Promise<HttpAnswer> {
  return withView(granted, async (view) => {
    const { front, result } = granted;
    const { facts } = view;
    const now = await view.numbers();
    const nowMs = front.service.nowMs();
    const { account } = front.service.place;
    const status: ServiceStatus = {
      version: facts.version,
      state: now.isRefusing ? 'refusing' : 'serving',
      time: instant(nowMs),
      startedAt: instant(facts.startedAtMs),
      uptimeSeconds: Math.floor((nowMs - facts.startedAtMs) / 1000),
      accountId: account,
      regions: regionsOf(front.service.place),
      log: await logStatus(front, facts, now, nowMs),
      witnesses: await witnessesStatus(front, facts, now),
      followers: followersOf(now),
      channels: channelsOf(result, now),
      disk: { freeBytes: now.diskFreeBytes, reserveBytes: facts.diskReserveBytes },
      store: { type: facts.storeType, bytes: now.storeBytes },
      counts: countsOf(result),
    };
    return status;
  });
}

/** What the service was started with. */
export function answerSettings(_input: object, granted: Granted): Promise<HttpAnswer> {
  return withView(granted, async ({ facts: { settings } }): Promise<ServiceSettings> => ({ settings }));
}

async function withView(
  { front, origin }: Granted,
  tell: (view: ServiceView) => Promise<object>,
): Promise<HttpAnswer> {
  if (front.view !== undefined) return jsonAnswer(origin, JSON.stringify(await tell(front.view)));
  const message = 'nothing is known of the service as a whole here';
  return errorAnswer(origin, 503, { code: 'Unavailable', message });
}

async function logStatus(
  { answers, log }: AdminFront,
  { origin }: ServiceFacts,
  { entries, publishedSeconds, publishedSize }: ServiceNumbers,
  nowMs: number,
): Promise<LogStatus> {
  const published = sizeOf(textOf(await log.read('checkpoint')));
  const indexSize = sizeOf(await answers.indexCheckpoint());
  const size = published ?? publishedSize;
  return {
    origin,
    // The log may have grown between the two numbers.
    size: Math.max(entries, size),
    publishedSize: size,
    ...(publishedSeconds === 0
      ? {}
      : {
          checkpointAt: instant(publishedSeconds * 1000),
          checkpointAgeSeconds: Math.max(0, Math.floor(nowMs / 1000 - publishedSeconds)),
        }),
    ...(indexSize === undefined ? {} : { indexSize }),
  };
}

async function witnessesStatus(
  { log }: AdminFront,
  { quorum, witnesses }: ServiceFacts,
  { isQuorumMissing, witnessedSeconds }: ServiceNumbers,
): Promise<WitnessesStatus> {
  const note = textOf(await log.read('witnessed/checkpoint'));
  const size = sizeOf(note);
  const signatures = note === undefined ? [] : signaturesOf(note);
  return {
    ...(quorum === undefined ? {} : { quorum }),
    quorumMet: !isQuorumMissing,
    ...(size === undefined ? {} : { size }),
    ...(witnessedSeconds === 0 ? {} : { at: instant(witnessedSeconds * 1000) }),
    witnesses: witnesses.map((witness) => witnessStatus(witness, signatures)),
  };
}

/** The service keeps no note whose signatures it has not checked. */
function witnessStatus({ url, vkeys }: NamedWitness, signatures: readonly NoteSignature[]): WitnessStatus {
  const keys = vkeys.map(parseVerifierKey);
  const own = signatures.filter(({ keyId, name }) =>
    keys.some((key) => key.keyId === keyId && key.name === name),
  );
  const times = own.map(({ signature }) => secondsOf(signature)).filter((seconds) => seconds > 0);
  return {
    name: keys[0]?.name ?? url,
    url,
    hasCosigned: own.length > 0,
    ...(times.length === 0 ? {} : { cosignedAt: instant(Math.max(...times) * 1000) }),
  };
}

/** POSIX seconds, big-endian. */
function secondsOf(signature: Uint8Array): number {
  if (signature.length < TIME_BYTES) return 0;
  const view = new DataView(signature.buffer, signature.byteOffset, TIME_BYTES);
  return Number(view.getBigUint64(0));
}

function signaturesOf(note: string): readonly NoteSignature[] {
  try {
    return parseNote(note).signatures;
  } catch (error) {
    if (error instanceof LogError) return [];
    throw error;
  }
}

function sizeOf(note: string | undefined): number | undefined {
  if (note === undefined) return undefined;
  try {
    return parseCheckpoint(parseNote(note).text).size;
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}

function followersOf({ entries, followers }: ServiceNumbers): readonly FollowerStatus[] {
  return Object.entries(followers)
    .map(([name, position]) => ({ name, position, lag: Math.max(0, entries - position) }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function channelsOf({ channels }: Result, numbers: ServiceNumbers): readonly ChannelState[] {
  if (!isChannels(channels)) throw new TypeError('the state tells no channels');
  const idle = { waiting: 0, oldestWaitingSeconds: 0, deadLetters: 0, failures: 0 };
  return channels.map((channel) => ({ ...channel, ...(numbers.channels[channel.name] ?? idle) }));
}

function countsOf({ counts }: Result): StatusCounts {
  if (!isCounts(counts)) throw new TypeError('the state tells no counts');
  return counts;
}

/** Results of our own operations have the shape that they were written in. */
function isChannels(value: unknown): value is readonly Pick<ChannelState, 'name' | 'type' | 'disabled'>[] {
  return Array.isArray(value);
}

function isCounts(value: unknown): value is StatusCounts {
  return typeof value === 'object' && value !== null && 'keys' in value;
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
