import assert from 'node:assert/strict';
import { KEY_SPECS, keyAlgorithm, type KeySpec } from '../../packages/server/src/core/crypto/index.ts';
import { kmsOperationTable } from '../../packages/server/src/core/operations/index.ts';
import { ANSWERED_ERRORS, startErrorAnswers } from './error-answers.ts';
import { type RecordedEvent, startTlsService } from './tls-service.ts';

const OTHER_REGION = 'eu-west-1';

/** The exceptions of the model that requests can lead to; what nobody can provoke is answered by a stand-in. */
const PROVOKED_ERRORS: readonly string[] = [
  'AlreadyExistsException',
  'ConflictException',
  'DisabledException',
  'DryRunOperationException',
  'IncorrectKeyException',
  'IncorrectKeyMaterialException',
  'InvalidAliasNameException',
  'InvalidArnException',
  'InvalidCiphertextException',
  'InvalidGrantIdException',
  'InvalidGrantTokenException',
  'InvalidImportTokenException',
  'InvalidKeyUsageException',
  'InvalidMarkerException',
  'KMSInvalidMacException',
  'KMSInvalidSignatureException',
  'KMSInvalidStateException',
  'LimitExceededException',
  'MalformedPolicyDocumentException',
  'NotFoundException',
  'TagException',
  'UnsupportedOperationException',
];

/**
 * Runs a client program that calls all operations, and holds what it prints (one line of JSON) and what is on the record of
 * it against the table of operations and the specs of keys: whatever the SDK has and the service has not is found.
 * `userAgent` is how the SDK names itself.
 */
export async function checkClient(
  userAgent: string,
  run: (folder: string, caFile: string, environment: NodeJS.ProcessEnv) => Promise<string>,
): Promise<void> {
  await using service = await startTlsService(['kms:*'], ['--regions', `us-east-1,${OTHER_REGION}`]);
  await using standIn = await startErrorAnswers();
  const grantee = await service.addUser('grantee', []);
  const output = await run(service.folder, service.caFile, {
    ...service.environment,
    AWS_MAX_ATTEMPTS: '1',
    GRANTEE: `arn:aws:iam::${service.server.account}:user/grantee`,
    GRANTEE_ACCESS_KEY_ID: grantee.accessKeyId,
    GRANTEE_SECRET_ACCESS_KEY: grantee.secretAccessKey,
    OTHER_REGION,
    STAND_IN: standIn.endpoint,
  });
  const report: unknown = JSON.parse(output);
  assert.deepEqual(report, {
    operations: kmsOperationTable.map(({ name }) => name),
    typed: [...PROVOKED_ERRORS, ...ANSWERED_ERRORS].toSorted(),
    uses: KEY_SPECS.flatMap((spec) => usesOf(spec)).toSorted(),
  });
  const events = await service.recorded();
  assertAllOperations(events);
  assert.ok(events.every(({ client }) => client.tlsVersion === 'TLSv1.3'));
  assert.ok(events.every(({ client }) => client.userAgent?.startsWith(userAgent)));
}

/** What keys of a spec can be made and used for, as the programs print it. */
function usesOf(spec: KeySpec): readonly string[] {
  const { encryptionAlgorithms, macAlgorithms, signingAlgorithms, usages } = keyAlgorithm(spec);
  const algorithms = {
    ENCRYPT_DECRYPT: encryptionAlgorithms,
    SIGN_VERIFY: signingAlgorithms,
    GENERATE_VERIFY_MAC: macAlgorithms,
    KEY_AGREEMENT: ['ECDH'],
    ENCAPSULATE_DECAPSULATE: ['ML_KEM'],
  };
  return usages.flatMap((usage) => algorithms[usage].map((algorithm) => `${spec} ${usage} ${algorithm}`));
}

/** Fails unless each operation has succeeded by what is on the record, and those that are not there were tried. */
function assertAllOperations(events: readonly RecordedEvent[]): void {
  const named = (outcomes: readonly RecordedEvent[]): readonly string[] =>
    [...new Set(outcomes.map(({ protocol }) => protocol?.operation ?? ''))].toSorted();
  const here = kmsOperationTable.filter(({ operation }) => operation !== 'later').map(({ name }) => name);
  assert.deepEqual(named(events.filter(({ outcome }) => outcome === 'success')), here);
  assert.deepEqual(
    named(events),
    kmsOperationTable.map(({ name }) => name),
  );
}
