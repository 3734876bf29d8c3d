// Mutated requests to the front of AWS JSON 1.1, a few of what `npm run fuzz` sends: nothing breaks it, everything is on the
// record, and every answer has AWS's form. The seed is printed; KEYWITNESS_FUZZ_SEED repeats a run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tally } from './findings.ts';
import { fuzzInProcess } from './in-process.ts';
import { fuzzOverSockets } from './over-sockets.ts';
import { OPERATIONS } from './valid-requests.ts';

const IN_PROCESS = 30_000;
const OVER_SOCKETS = 1000;
/** So many requests are made that each operation succeeds many times, and meets what stands in its way. */
const SUCCESSES_MIN = 5;
const seed = Number(process.env['KEYWITNESS_FUZZ_SEED'] ?? Date.now() % 1_000_000_007);

/** Errors that lie behind the reading of a request: who mutates too much never comes to them. */
const DEEP_ERRORS: readonly (readonly [operation: string, error: string])[] = [
  ['Decrypt', 'InvalidCiphertextException'],
  ['Encrypt', 'AccessDeniedException'],
  ['Encrypt', 'InvalidKeyUsageException'],
  ['ImportKeyMaterial', 'InvalidImportTokenException'],
  ['ListKeys', 'InvalidMarkerException'],
  ['PutKeyPolicy', 'MalformedPolicyDocumentException'],
  ['ScheduleKeyDeletion', 'KMSInvalidStateException'],
  ['Sign', 'DisabledException'],
  ['TagResource', 'TagException'],
  ['Verify', 'KMSInvalidSignatureException'],
  ['VerifyMac', 'KMSInvalidMacException'],
];

test(`${IN_PROCESS} mutated requests are answered in AWS's form, each on the record`, async (t) => {
  t.diagnostic(`--seed ${seed}`);
  const tally = new Tally();
  await fuzzInProcess({ seed, firstWorld: 0, requests: IN_PROCESS }, tally);
  assert.equal(tally.complaints, 0, `--seed ${seed}\n${tally.report()}`);
  assert.equal(tally.requests, IN_PROCESS);
  for (const operation of OPERATIONS) {
    const successes = tally.count(operation, 'success');
    assert.ok(successes >= SUCCESSES_MIN, `\`${operation}\` succeeded ${successes} times, --seed ${seed}`);
  }
  for (const [operation, error] of DEEP_ERRORS) {
    assert.ok(tally.count(operation, error) > 0, `\`${operation}\` never answered ${error}, --seed ${seed}`);
  }
});

test(`${OVER_SOCKETS} requests in pieces, in chunks and in no HTTP harm no server`, async (t) => {
  t.diagnostic(`--seed ${seed}`);
  const tally = new Tally();
  const { answers, broken, recorded, whole } = await fuzzOverSockets({ seed, requests: OVER_SOCKETS }, tally);
  assert.equal(tally.complaints, 0, `--seed ${seed}\n${tally.report()}`);
  assert.ok(broken > 0 && whole > broken && recorded >= answers && answers >= whole);
});
