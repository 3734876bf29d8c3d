import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';

/** The thread that answers questions about access, and makes the trail's files, as main has it. */
export interface Analysis {
  /** A port for each front. */
  readonly fronts: readonly MessagePort[];
  /** Rejects nothing: resolves with the reason when the thread cannot go on. */
  readonly failed: Promise<Error>;
  stop(): Promise<void>;
}

/** Starts the thread with the ports that its fronts speak to. */
export type StartThread = (fronts: readonly MessagePort[]) => Worker;

/**
 * The analysis thread, started with the first question: most services are asked none for days, and a thread with a copy
 * of the state takes memory. Main passes messages on, which are few.
 */
export function startAnalysis(frontCount: number, start: StartThread): Analysis {
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const links = Array.from({ length: frontCount }, () => new MessageChannel());
  let running: { readonly worker: Worker; readonly ports: readonly MessagePort[] } | undefined;

  const run = (): readonly MessagePort[] => {
    if (running !== undefined) return running.ports;
    const inner = links.map(() => new MessageChannel());
    const worker = start(inner.map(({ port2 }) => port2));
    worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
    const ports = inner.map(({ port1 }) => port1);
    for (const [position, port] of ports.entries()) {
      port.on('message', (message) => links[position]?.port1.postMessage(message));
    }
    running = { worker, ports };
    return ports;
  };

  for (const [position, { port1 }] of links.entries()) {
    port1.on('message', (message) => run()[position]?.postMessage(message));
    // Only a thread that runs keeps the process alive.
    port1.unref();
  }
  return {
    fronts: links.map(({ port2 }) => port2),
    failed,
    async stop() {
      for (const { port1 } of links) port1.close();
      await running?.worker.terminate();
    },
  };
}
