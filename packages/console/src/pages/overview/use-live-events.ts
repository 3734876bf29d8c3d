import { useCallback, useEffect, useRef, useState } from 'react';
import type { IndexedEvent } from '@keywitness/api';
import { type StreamStatus, useApi, useStream } from '../../api/index.ts';
import { useSession } from '../../session/index.ts';
import { entryOf, isOwnReading, withNewest } from './live-entries.ts';

/** The newest of the record, as it grows. */
export interface LiveEvents {
  /** The newest first. */
  readonly entries: readonly IndexedEvent[];
  /** So many have come since the list was held, and are not in it yet. */
  readonly waiting: number;
  readonly status: StreamStatus;
  /** Why there is nothing to begin with. */
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly pause: () => void;
  /** Goes on behind the last event that was seen. */
  readonly resume: () => void;
  readonly refresh: () => Promise<void>;
}

const firstCount = 100;
/** What comes within so much time is shown at once. */
const gatherMs = 200;

/** Listens to the record: first what was lately, then what comes. While it is held, the list stays as it is. */
export function useLiveEvents(isHeld: boolean): LiveEvents {
  const { accessKeyId } = useSession();
  const recent = useApi(['overview.recent'], ({ client }) => client.listEventsPage({ limit: firstCount }));
  const [entries, setEntries] = useState<readonly IndexedEvent[]>([]);
  const [after, setAfter] = useState<number>();
  const [isPaused, setPaused] = useState(false);
  const [isRestarting, setRestarting] = useState(false);
  const [gathered, setGathered] = useState<readonly IndexedEvent[]>([]);
  const last = useRef(-1);
  const arriving = useRef<IndexedEvent[]>([]);
  const first = recent.value?.events;
  useEffect(() => {
    if (first === undefined || after !== undefined) return;
    last.current = Math.max(-1, ...first.map(({ index }) => index));
    setAfter(last.current);
    setEntries(
      withNewest(
        [],
        first.filter(({ event }) => !isOwnReading(event, accessKeyId)),
      ),
    );
  }, [accessKeyId, after, first]);
  const status = useStream({
    path: `/v1/events/tail${after === undefined || after < 0 ? '' : `?after=${after}`}`,
    isPaused: isPaused || isRestarting || after === undefined,
    onMessage: (data) => {
      const entry = entryOf(data);
      if (entry === undefined || entry.index <= last.current) return;
      last.current = entry.index;
      if (!isOwnReading(entry.event, accessKeyId)) arriving.current.push(entry);
    },
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (arriving.current.length === 0) return;
      const arrived = arriving.current;
      arriving.current = [];
      setGathered((before) => withNewest(before, arrived));
    }, gatherMs);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (isHeld || gathered.length === 0) return;
    setEntries((before) => withNewest(before, gathered));
    setGathered([]);
  }, [gathered, isHeld]);
  const pause = useCallback(() => setPaused(true), []);
  const resume = useCallback(() => {
    setAfter(last.current);
    setPaused(false);
    // A stream that was refused is closed before it is asked for again.
    setRestarting(true);
  }, []);
  useEffect(() => {
    if (isRestarting) setRestarting(false);
  }, [isRestarting]);
  return {
    entries,
    waiting: gathered.length,
    status: isPaused ? 'paused' : after === undefined ? 'connecting' : status,
    error: recent.error,
    isLoading: recent.isLoading,
    pause,
    resume,
    refresh: recent.refresh,
  };
}
