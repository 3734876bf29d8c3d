import { createPrivateKey, createPublicKey } from 'node:crypto';
import {
  type AnswerLeaf,
  CompactRange,
  entryFacts,
  formatAnswer,
  formatCheckpoint,
  formatVerifierKey,
  indexOrigin,
  indexStatement,
  keyTypes,
  leafHash,
  signNote,
  type Subject,
  subjectKey,
  SubjectMap,
  SubjectTree,
} from '@keywitness/log';
import { nodeCrypto, nodeNoteSigner } from '@keywitness/log/node';

const origin = 'log.example/answers';
const pkcs8Start = Buffer.from('302e020100300506032b657004220420', 'hex');
const privateKey = createPrivateKey({
  key: Buffer.concat([pkcs8Start, Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey(privateKey).export({ format: 'raw-public' });
const signer = nodeNoteSigner({ name: origin, type: keyTypes.ed25519, privateKey, nowSeconds: () => 0 });

/** The verifier key of the log that {@link answerAbout} is about. */
export const answerKey: string = `${formatVerifierKey(origin, keyTypes.ed25519, publicKey)}\n`;

/** The complete answer about everything of a subject in a log that holds nothing but these events. */
export function answerAbout(subject: Subject, events: readonly object[]): string {
  const entries = events.map((event) => Buffer.from(JSON.stringify(event)));
  const log = new CompactRange(nodeCrypto);
  const tree = new SubjectTree(nodeCrypto);
  const map = new SubjectMap(nodeCrypto);
  const key = subjectKey(subject, nodeCrypto);
  const leaves: AnswerLeaf[] = [];
  for (const [index, entry] of entries.entries()) {
    const hash = leafHash(entry, nodeCrypto);
    log.append(hash);
    const { timeMs = 0 } = entryFacts(entry);
    tree.append({ index, timeMs, hash });
    leaves.push({ index, timeMs, latestMs: tree.state.latestMs, entry });
  }
  map.set(map.add(key), tree.head());
  const size = entries.length;
  const note = (name: string, root: Uint8Array): string =>
    signNote(formatCheckpoint({ origin: name, size, root }), [signer]);
  const statement = indexStatement({ size, logRoot: log.root(), mapRoot: map.root() }, nodeCrypto);
  return formatAnswer({
    subject,
    window: { kind: 'all' },
    checkpoint: note(origin, log.root()),
    index: note(indexOrigin(origin), statement),
    path: [],
    tree: { count: size, latenessMs: tree.state.latenessMs, first: 0, leaves, hashes: [] },
  });
}
