import type { ServiceStatus } from '@keywitness/api';
import type { Tone } from '../../components/index.ts';
import { bytesText, countOf, countText, durationText } from '../../formats/index.ts';

/** How one thing about the log is. */
export interface HealthFact {
  readonly name: string;
  readonly tone: Tone;
  readonly says: string;
  /** What to do, where something is to be done. */
  readonly whatToDo?: string;
}

/** A checkpoint is signed every few seconds while there are events; one that is older says that publication stands still. */
const checkpointSecondsMax = 120;
/** Followers are behind for a moment after every event. */
const lagMax = 1000;
const waitingSecondsMax = 300;
/** Below so many times the reserve somebody should make room. */
const reservesMin = 4;

/** What is told of the log's health, from a status. */
export function healthFactsOf(status: ServiceStatus): readonly HealthFact[] {
  return [
    serviceFact(status),
    checkpointFact(status),
    witnessFact(status),
    followerFact(status),
    sinkFact(status),
    diskFact(status),
  ];
}

/** How it is all in all, for whoever reads no more than that. */
export function worstOf(facts: readonly HealthFact[]): { readonly tone: Tone; readonly says: string } {
  const bad = facts.filter(({ tone }) => tone === 'attention' || tone === 'denied');
  return bad.length === 0
    ? { tone: 'good', says: 'Everything works' }
    : { tone: 'attention', says: `${countOf(bad.length, 'thing')} to look at` };
}

function serviceFact({ log, state, uptimeSeconds }: ServiceStatus): HealthFact {
  const name = 'Log';
  const says = `${countOf(log.size, 'event')}; up for ${durationText(uptimeSeconds * 1000)}`;
  if (state === 'serving') return { name, tone: 'good', says };
  return {
    name,
    tone: 'attention',
    says: 'The service refuses everything: attempts cannot be recorded',
    whatToDo: 'Make room on its disk and see its output for what fails; it serves again by itself.',
  };
}

function checkpointFact({ log }: ServiceStatus): HealthFact {
  const name = 'Checkpoint';
  const { checkpointAgeSeconds: age, publishedSize, size } = log;
  const unpublished = Math.max(0, size - publishedSize);
  const rest = unpublished === 0 ? 'covers all' : `${countOf(unpublished, 'event')} not yet under it`;
  if (age === undefined) return { name, tone: 'neutral', says: 'None since the service has started' };
  const says = `${age < 1 ? 'Just signed' : `${durationText(age * 1000)} old`}; ${rest}`;
  if (unpublished === 0 || age <= checkpointSecondsMax) return { name, tone: 'good', says };
  return {
    name,
    tone: 'attention',
    says,
    whatToDo: 'Publication stands still: see the service’s output, and whether its disk takes writes.',
  };
}

function witnessFact({ witnesses: { quorum, quorumMet, witnesses } }: ServiceStatus): HealthFact {
  const name = 'Witnesses';
  if (quorum === undefined) {
    return {
      name,
      tone: 'neutral',
      says: 'None. Nobody else vouches that the log only grows',
      whatToDo: 'Name witnesses when the service is started (Settings, Log and witnesses).',
    };
  }
  const signed = witnesses.filter(({ hasCosigned }) => hasCosigned).length;
  const says = `${signed} of ${witnesses.length} have cosigned; ${quorum} needed`;
  if (quorumMet) return { name, tone: 'good', says };
  const missing = witnesses.filter(({ hasCosigned }) => !hasCosigned).map((witness) => witness.name);
  return { name, tone: 'attention', says, whatToDo: `Ask who runs ${missing.join(', ')} whether it is up.` };
}

function followerFact({ followers }: ServiceStatus): HealthFact {
  const name = 'Followers';
  const behind = followers.filter(({ lag }) => lag > lagMax);
  if (behind.length === 0) {
    const most = Math.max(0, ...followers.map(({ lag }) => lag));
    return {
      name,
      tone: 'good',
      says: `${countText(followers.length)} keep up${most === 0 ? '' : `; at most ${countOf(most, 'event')} behind`}`,
    };
  }
  return {
    name,
    tone: 'attention',
    says: behind.map((follower) => `${follower.name} is ${countOf(follower.lag, 'event')} behind`).join('; '),
    whatToDo:
      'After a start they catch up by themselves. If the number grows, see the service’s output for what fails.',
  };
}

function sinkFact({ channels }: ServiceStatus): HealthFact {
  const name = 'Channels';
  const used = channels.filter(({ disabled }) => !disabled);
  if (used.length === 0) {
    return {
      name,
      tone: 'neutral',
      says: 'None. Nobody is told of incidents',
      whatToDo: 'Set one up: Settings, Channels.',
    };
  }
  const failing = used.filter(
    ({ deadLetters, failures, oldestWaitingSeconds }) =>
      failures > 0 || deadLetters > 0 || oldestWaitingSeconds > waitingSecondsMax,
  );
  if (failing.length === 0) {
    const waiting = used.reduce((sum, channel) => sum + channel.waiting, 0);
    return {
      name,
      tone: 'good',
      says: `${countOf(used.length, 'channel')}${waiting === 0 ? '' : `; ${countOf(waiting, 'message')} on the way`}`,
    };
  }
  return {
    name,
    tone: 'attention',
    says: `${failing.map((channel) => channel.name).join(', ')} ${failing.length === 1 ? 'does' : 'do'} not get through`,
    whatToDo: 'Send a test and read its answer: Settings, Channels.',
  };
}

function diskFact({ disk: { freeBytes, reserveBytes }, store }: ServiceStatus): HealthFact {
  const name = 'Disk';
  const says = `${bytesText(freeBytes)} free, ${bytesText(reserveBytes)} kept in reserve; the store has ${bytesText(store.bytes)}`;
  if (freeBytes >= reservesMin * reserveBytes) return { name, tone: 'good', says };
  return {
    name,
    tone: 'attention',
    says,
    whatToDo: 'Make room now. When no more than the reserve is left, everything is refused.',
  };
}
