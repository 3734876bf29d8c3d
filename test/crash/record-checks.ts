import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckpointFields, openCheckpoint, parseLogKeys, verifyLog } from '@keywitness/log';
import { directoryFetch, nodeCrypto } from '@keywitness/log/node';
import { openSqliteReader } from '../../packages/server/src/stores/sqlite/index.ts';
import { isRecord, type KmsAnswer } from './kms-client.ts';

/** What the checks read of an event. */
export interface RecordedEvent {
  readonly id: string;
  readonly action: string;
  readonly outcome: string;
  readonly operation: string;
  readonly keyId: string | undefined;
  readonly count: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The events of a ledger from an index on, read from the database as it is on the disk. */
export function eventsFrom(dataDirectory: string, first: number): readonly RecordedEvent[] {
  const reader = openSqliteReader({ path: join(dataDirectory, 'keywitness.db') });
  try {
    return reader.read(first, reader.size() - first).entries.map(eventOf);
  } finally {
    reader.close();
  }
}

function eventOf(entry: Uint8Array): RecordedEvent {
  const event: unknown = JSON.parse(Buffer.from(entry).toString('utf8'));
  assert.ok(isRecord(event) && isRecord(event['protocol']));
  const key = isRecord(event['key']) ? event['key']['id'] : undefined;
  return {
    id: String(event['id']),
    action: String(event['action']),
    outcome: String(event['outcome']),
    operation: String(event['protocol']['operation']),
    keyId: typeof key === 'string' ? key : undefined,
    count: Number(event['count'] ?? 1),
    parameters: isRecord(event['parameters']) ? event['parameters'] : {},
  };
}

/** Every answer has its event where the answer said, and the event says what the answer was (G1, G2). */
export function checkAnswers(answers: readonly KmsAnswer[], events: readonly RecordedEvent[]): void {
  for (const { operation, status, recorded } of answers) {
    assert.ok(recorded !== undefined, `\`${operation}\` was answered ${status} without a record`);
    const event = events[recorded.index];
    assert.ok(event !== undefined, `the acknowledged event ${recorded.index} is lost`);
    assert.equal(event.id, recorded.eventId, `another event is at index ${recorded.index}`);
    assert.equal(event.outcome === 'success', status === 200);
    if (status === 200) assert.equal(event.operation, operation);
  }
}

/** Checkpoints seen before, each of which the log must extend for ever. */
export class SeenCheckpoints {
  readonly #dataDirectory: string;
  readonly #seen = new Map<number, CheckpointFields>();

  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
  }

  /** The same checkpoints for a copy of the data directory. */
  of(dataDirectory: string): SeenCheckpoints {
    const copy = new SeenCheckpoints(dataDirectory);
    for (const [size, checkpoint] of this.#seen) copy.#seen.set(size, checkpoint);
    return copy;
  }

  /** Looks at the checkpoint that is published now. It is believed only if it is signed. */
  look(): void {
    const keys = parseLogKeys(this.#read('log.vkey'));
    const verdict = openCheckpoint(this.#read('log/checkpoint'), keys, nodeCrypto);
    assert.ok(verdict.ok, 'the published checkpoint is not signed by the log');
    const known = this.#seen.get(verdict.checkpoint.size);
    if (known !== undefined) assert.deepEqual(verdict.checkpoint.root, known.root);
    this.#seen.set(verdict.checkpoint.size, verdict.checkpoint);
  }

  /** Verifies the whole published log, and that it extends what was seen: the newest, and one of those before. */
  async verify(which: (sizes: readonly number[]) => number): Promise<number> {
    const sizes = [...this.#seen.keys()].sort((left, right) => left - right);
    let size = 0;
    for (const chosen of new Set([sizes.at(-1), which(sizes)])) {
      const previous = chosen === undefined ? undefined : this.#seen.get(chosen);
      const report = await verifyLog({
        fetch: directoryFetch(join(this.#dataDirectory, 'log')),
        keys: parseLogKeys(this.#read('log.vkey')),
        crypto: nodeCrypto,
        ...(previous === undefined ? {} : { previous: [previous] }),
      });
      assert.deepEqual(report.problems, []);
      size = report.size;
    }
    return size;
  }

  #read(path: string): string {
    return readFileSync(join(this.#dataDirectory, path), 'utf8');
  }
}
