import type {
  AuditIndex,
  EventQuery,
  IndexedEntry,
  LedgerReader,
  TrailFiles,
} from '../../core/audit/index.ts';
import { parseEvent } from '../../core/audit/index.ts';

/** An index that looks at every entry of a ledger. */
export function plainIndex(reader: LedgerReader): AuditIndex {
  const entries = (): IndexedEntry[] => {
    const slice = reader.size() === 0 ? [] : reader.read(0, reader.size()).entries;
    return slice.map((entry, index) => ({ index, entry }));
  };
  return {
    async query(query) {
      const found = entries().filter((one) => isFound(one, query));
      const page = found.toReversed().slice(0, query.limit);
      const last = page.at(-1);
      const size = reader.size();
      return found.length > query.limit && last !== undefined
        ? { entries: page, size, next: last.index }
        : { entries: page, size };
    },
    find: async (id) => entries().find(({ entry }) => parseEvent(entry)?.id === id),
    waitBeyond: async (size) => size,
  };
}

/** A trail without files. */
export const noFiles: TrailFiles = {
  key: async () => ({ fingerprint: 'f', publicKey: new Uint8Array([1, 2, 3]) }),
  list: async () => ({ files: [], isLast: true }),
  read: async () => undefined,
};

function isFound(
  { entry, index }: IndexedEntry,
  { action, beyond = Infinity, credential }: EventQuery,
): boolean {
  const event = parseEvent(entry);
  return (
    index < beyond &&
    (action === undefined || event?.action === action || event?.protocol.operation === action) &&
    (credential === undefined || event?.actor.credentialId === credential)
  );
}
