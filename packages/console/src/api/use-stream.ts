import { useEffect, useRef, useState } from 'react';

/** Whether the stream of events is open. */
export type StreamStatus = 'connecting' | 'open' | 'paused' | 'broken';

/** Where a stream comes from and goes to. */
export interface StreamOptions {
  /** A path of the service with its query, such as `/v1/events/tail?outcome=denied`. */
  readonly path: string;
  readonly isPaused: boolean;
  /** Called for every message, with its id and its data. */
  readonly onMessage: (data: string, id: string) => void;
}

/**
 * Listens to server-sent events. The browser connects again by itself where it can, and continues behind the last event;
 * a stream that the service refuses is `broken`. Pausing closes it, so that a forgotten tab costs nothing.
 */
export function useStream({ path, isPaused, onMessage }: StreamOptions): StreamStatus {
  const [status, setStatus] = useState<StreamStatus>('connecting');
  const listener = useRef(onMessage);
  useEffect(() => {
    listener.current = onMessage;
  });
  useEffect(() => {
    if (isPaused) {
      setStatus('paused');
      return undefined;
    }
    setStatus('connecting');
    const source = new EventSource(path);
    source.addEventListener('open', () => setStatus('open'));
    source.addEventListener('error', () =>
      setStatus(source.readyState === EventSource.CLOSED ? 'broken' : 'connecting'),
    );
    source.addEventListener('message', ({ data, lastEventId }: MessageEvent<string>) =>
      listener.current(data, lastEventId),
    );
    return () => source.close();
  }, [path, isPaused]);
  return status;
}
