import { type AuditEvent, auditEventSchema, readWith } from '@keywitness/api';
import { bytesOfBase64 } from '../../proof/index.ts';

/** The bytes that the log's hash is of, and the event that they are, if they are one. */
export interface Leaf {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
  readonly event?: AuditEvent;
}

/** Reads a leaf: whatever is shown of an event is read from these bytes, and these bytes are what is verified. */
export function readLeaf(base64: string): Leaf {
  const bytes = bytesOfBase64(base64) ?? new Uint8Array(0);
  const text = new TextDecoder().decode(bytes);
  const read = readWith('the event', auditEventSchema, parse(text));
  return { bytes, text, ...(read.kind === 'read' ? { event: read.value } : {}) };
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // JSON.parse throws for what is not JSON and for nothing else; that is the answer here.
    return undefined;
  }
}
