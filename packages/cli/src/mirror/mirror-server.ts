import {
  type Listening,
  plainAnswer,
  plainType,
  serveText,
  type TextAnswer,
  type TextServer,
} from '../http-server/index.ts';
import { reasonOf } from '../failure.ts';
import type { Follow, JudgedIndex } from './follow.ts';
import type { IndexCosigner } from './index-cosigner.ts';

/** A mirror that cosigns, and where it is asked to. */
export interface MirrorServerOptions extends Listening {
  readonly origin: string;
  readonly follow: Follow;
  readonly cosigner: IndexCosigner;
}

/** Serves a mirror over HTTP (`spec/completeness.md`, "Asking a mirror"). */
export function serveMirror(options: MirrorServerOptions): Promise<TextServer> {
  const { origin, follow, cosigner, ...listening } = options;
  const find = (path: string): TextAnswer | undefined => {
    const note = path === '/index' ? cosigner.published : undefined;
    if (note !== undefined) return { status: 200, type: plainType, body: note };
    if (path !== '/health') return undefined;
    const state = { status: 'ok', log: origin, size: cosigner.size };
    return { status: 200, type: 'application/json', body: `${JSON.stringify(state)}\n` };
  };
  const submit = async (body: Uint8Array): Promise<TextAnswer> => {
    try {
      return answerTo(await follow.judge(body), cosigner.size);
    } catch (error) {
      return plainAnswer(500, `the mirror could not judge it: ${reasonOf(error)}`);
    }
  };
  return serveText({ submissionPath: '/cosign-index', submit, find }, listening);
}

function answerTo(finding: JudgedIndex, size: number): TextAnswer {
  switch (finding.kind) {
    case 'cosigned':
      return { status: 200, type: plainType, body: finding.signatures };
    case 'waiting':
      return {
        ...plainAnswer(503, `it covers ${finding.size} entries, and ${size} are replayed here`),
        headers: { 'retry-after': '5' },
      };
    case 'refused':
      return plainAnswer(403, finding.reason);
    case 'conflict':
      return plainAnswer(422, finding.conflict.reason);
    case 'ended':
      return plainAnswer(503, `nothing more is cosigned here: ${finding.reason}`);
  }
}
