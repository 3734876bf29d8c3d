import {
  type NamedSubject,
  ReferenceIndex,
  type ReferenceWindow,
} from '../completeness/reference-index.test-model.ts';
import { referencePath } from '../merkle/reference-tree.test-model.ts';
import { nodeCrypto } from '../node/index.ts';
import { sampleKey } from '../node/sample-log.test-model.ts';
import { formatCheckpoint, keyTypes, signNote, type TrustedKeys } from '../note/index.ts';
import { formatProof } from '../proof/index.ts';
import { type Evidence, type EvidenceParts, evidenceParts } from './evidence.ts';

export const origin = 'log.example/evidence';
const ed25519 = sampleKey(origin, keyTypes.ed25519, 0x21);
const mlDsa = sampleKey(origin, keyTypes.mlDsa44Cosignature, 0x22);

/** Of both keys of the sample log. */
export const trustedKeys: TrustedKeys = { origin, logKeys: [ed25519.vkey, mlDsa.vkey] };

/** The policy that decided in the sample events, and its SHA-256. */
export const policy = '{\n"Version": "2012-10-17",\n"Statement": [{"Effect": "Allow", "Action": "*"}]}';
export const policySha256: string = Buffer.from(nodeCrypto.sha256(Buffer.from(policy))).toString('hex');

/** An event of the sample log at a minute of an hour. */
export function event(minute: number, members: object): Buffer {
  const plain = {
    action: 'key.decrypt',
    actor: {
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/ann',
      name: 'ann',
      type: 'user',
    },
    client: { address: '192.0.2.7' },
    context: { customer: '4711' },
    decisions: [
      {
        effect: 'allow',
        permission: 'kms:Decrypt',
        policy: 'all',
        policyKind: 'identity-based',
        policySha256,
        resource: 'k-1',
        statement: '#0',
      },
    ],
    id: `00000000-0000-7000-8000-0000000000${String(minute).padStart(2, '0')}`,
    key: { id: 'k-1', requested: 'alias/files' },
    outcome: 'success',
    time: new Date(Date.UTC(2026, 6, 1, 12, minute)).toISOString(),
  };
  return Buffer.from(JSON.stringify({ ...plain, ...members }));
}

/** An event that says that something was exported. */
export function exportEvent(minute: number, parameters: object): Buffer {
  const actor = {
    account: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/eve',
    name: 'eve',
    type: 'user',
  };
  return event(minute, { action: 'audit.export', actor, context: undefined, key: undefined, parameters });
}

/** What a service would answer for a subject of a log of these entries, of which one says that it was exported. */
export function evidenceOf(
  entries: readonly Buffer[],
  subject: NamedSubject,
  window: ReferenceWindow,
  exportIndex: number,
): Evidence {
  const reference = new ReferenceIndex(entries);
  const size = entries.length;
  const note = (name: string, root: Uint8Array): string =>
    signNote(formatCheckpoint({ origin: name, size, root }), [ed25519.signer, mlDsa.signer]);
  const checkpoint = note(origin, reference.logRoot());
  const index = note(`${origin}/index/1`, reference.statement());
  const answer = JSON.stringify(reference.answer(subject, window, { checkpoint, index }));
  const hashes = referencePath(exportIndex, entries);
  return {
    answer,
    exported: {
      index: exportIndex,
      entry: entries[exportIndex] ?? Buffer.alloc(0),
      proof: formatProof({ index: exportIndex, hashes, checkpoint }),
    },
    policies: new Map([[policySha256, policy]]),
  };
}

export const sampleEntries: readonly Buffer[] = [
  event(0, {}),
  event(1, { action: 'key.encrypt', context: { customer: '4711', purpose: '<b>\u202efiles' } }),
  event(2, { context: { customer: '4712' } }),
  event(3, { outcome: 'denied' }),
  exportEvent(4, { asset: 'customer=4711' }),
  event(5, {}),
];

/** The files of a bundle about one asset. */
export function sampleParts(): EvidenceParts {
  return evidenceParts(evidenceOf(sampleEntries, ['asset', 'customer', '4711'], {}, 4), nodeCrypto);
}
