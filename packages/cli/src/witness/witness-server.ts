import {
  type Listening,
  plainType,
  serveText,
  type TextAnswer,
  type TextServer,
} from '../http-server/index.ts';
import type { Witness } from './witness.ts';

/** Where and how a witness is served. */
export interface WitnessServerOptions extends Listening {
  readonly witness: Witness;
}

const monitoringPath = /^\/([0-9a-f]{64})\/checkpoint$/;

/** Serves a witness over HTTP (tlog-witness, "HTTP Interface"), with one prefix for submission and monitoring. */
export function serveWitness({ witness, ...listening }: WitnessServerOptions): Promise<TextServer> {
  const service = {
    submissionPath: '/add-checkpoint',
    submit: (body: Uint8Array) => witness.add(body),
    find: (path: string) => (path === '/health' ? health(witness) : cosigned(witness, path)),
  };
  return serveText(service, listening);
}

function cosigned(witness: Witness, path: string): TextAnswer | undefined {
  const hash = monitoringPath.exec(path)?.[1];
  const note = hash === undefined ? undefined : witness.cosigned(hash);
  return note === undefined ? undefined : { status: 200, type: plainType, body: note };
}

function health(witness: Witness): TextAnswer {
  const logs = witness.logs().map(({ origin, latest }) => ({ origin, size: latest?.size ?? 0 }));
  return { status: 200, type: 'application/json', body: `${JSON.stringify({ status: 'ok', logs })}\n` };
}
