import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  formatProof,
  inclusionProof,
  mlDsa44CosignatureMessage,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  tileHashReader,
} from '@keywitness/log';
import { directoryFetch, nodeCrypto } from '@keywitness/log/node';
import { buildLog, type LogFiles, newEntries, newKeys } from '../tamper/sample-log.ts';
import { goTool, opensslTool, type Tool } from './log-verifier-tools.ts';

const origin = 'log.example/audit';
const keys = newKeys(origin);
const signers = [keys.ed25519.signer, keys.mlDsa44.signer];
const sizes = [1, 2, 255, 256, 257, 600, 65_537, 66_000];
const entries = newEntries(66_000);

const work = mkdtempSync(join(tmpdir(), 'keywitness-verifiers-'));
after(() => rmSync(work, { recursive: true, force: true }));

function folderOf(name: string, files: LogFiles): string {
  const folder = join(work, name);
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

function logOf(size: number): LogFiles {
  return buildLog(origin, entries.slice(0, size), signers);
}

function noteOf(files: LogFiles): string {
  return Buffer.from(files.get('checkpoint') ?? []).toString();
}

/** What both Go programs print of a checkpoint: its size and root. */
function summaryOf(files: LogFiles): string {
  const { size, root } = parseCheckpoint(parseNote(noteOf(files)).text);
  return `${size} ${Buffer.from(root).toString('base64')}`;
}

async function proofFile(folder: string, files: LogFiles, index: number): Promise<string> {
  const { size } = parseCheckpoint(parseNote(noteOf(files)).text);
  const read = tileHashReader({ size, fetch: directoryFetch(folder), hasher: nodeCrypto });
  const hashes = await inclusionProof(index, size, read, nodeCrypto);
  const path = join(folder, `${index}.tlog-proof`);
  writeFileSync(path, formatProof({ index, hashes, checkpoint: noteOf(files) }));
  return path;
}

function skipped(tool: Tool): { readonly skip: string } | Record<string, never> {
  return tool.ok ? {} : { skip: tool.why };
}

function runner(tool: Tool): Extract<Tool, { readonly ok: true }>['run'] {
  assert(tool.ok);
  return tool.run;
}

describe('golang.org/x/mod/sumdb, the code of Go’s checksum database', () => {
  const tool = goTool('log-verifier', join(work, 'bin'), true);
  const { vkey } = keys.ed25519;

  for (const size of sizes) {
    test(
      `comes to the same root and finds every entry in a log of ${size} entries`,
      skipped(tool),
      async () => {
        const files = logOf(size);
        const folder = folderOf(`log-${size}`, files);
        const index = Math.floor(size / 3);
        const proof = await proofFile(folder, files, index);
        const answer = runner(tool)([folder, vkey, '-proof', proof]);
        assert(answer.ok, answer.output);
        assert.equal(answer.output.trim(), summaryOf(files));
      },
    );
  }

  for (const [size, earlier] of [
    [600, [1, 2, 255, 256, 257, 600]],
    [66_000, [257, 65_537]],
  ] as const) {
    test(`finds a log of ${size} entries consistent with its earlier checkpoints`, skipped(tool), () => {
      const folder = folderOf(`grown-${size}`, logOf(size));
      for (const before of earlier) {
        const older = join(work, `checkpoint-${before}`);
        writeFileSync(older, noteOf(logOf(before)));
        const answer = runner(tool)([folder, vkey, '-since', older]);
        assert(answer.ok, answer.output);
      }
    });
  }

  test('objects to a log that was altered, forked or signed by another key', skipped(tool), async () => {
    const run = runner(tool);
    const files = logOf(600);
    const altered = (name: string, path: string, bytes: Uint8Array): string =>
      folderOf(name, new Map([...files, [path, bytes]]));
    const flipped = (path: string): Uint8Array =>
      Buffer.from(files.get(path) ?? []).map((byte, offset) => (offset === 40 ? byte ^ 1 : byte));
    for (const path of ['tile/entries/001', 'tile/entries/002.p/88', 'tile/0/001', 'tile/1/000.p/2']) {
      assert(!run([altered(`altered-${path.replaceAll('/', '-')}`, path, flipped(path)), vkey]).ok, path);
    }
    const whole = folderOf('whole', files);
    assert(run([whole, vkey]).ok);
    assert(!run([whole, newKeys(origin).ed25519.vkey]).ok);
    const forked = folderOf('forked', buildLog(origin, newEntries(600, 'forked'), signers));
    assert(run([forked, vkey]).ok);
    assert(!run([forked, vkey, '-since', join(whole, 'checkpoint')]).ok);
    const foreign = await proofFile(whole, files, 7);
    assert(!run([forked, vkey, '-proof', foreign]).ok);
  });
});

describe('github.com/transparency-dev/formats, by the authors of the C2SP specifications', () => {
  const tool = goTool('log-verifier-cosignatures', join(work, 'bin'), false);

  test(
    'accepts both signatures of the checkpoint, and writes our proof back the same',
    skipped(tool),
    async () => {
      const run = runner(tool);
      for (const size of [1, 600]) {
        const files = logOf(size);
        const folder = folderOf(`formats-${size}`, files);
        const proof = await proofFile(folder, files, size - 1);
        const checkpoint = join(folder, 'checkpoint');
        const answer = run([checkpoint, proof, keys.ed25519.vkey, keys.mlDsa44.vkey]);
        assert(answer.ok, answer.output);
        assert.equal(answer.output.trim(), `${summaryOf(files)} ${size - 1}`);
        const stranger = newKeys(origin);
        assert(!run([checkpoint, proof, stranger.mlDsa44.vkey]).ok);
        assert(!run([checkpoint, proof, stranger.ed25519.vkey]).ok);
      }
    },
  );

  test('refuses an ML-DSA-44 signature of another checkpoint', skipped(tool), async () => {
    const files = logOf(600);
    const folder = folderOf('formats-mixed', files);
    const proof = await proofFile(folder, files, 1);
    const lines = noteOf(files).split('\n');
    const older = noteOf(logOf(257)).split('\n');
    writeFileSync(join(folder, 'checkpoint'), lines.with(5, older[5] ?? '').join('\n'));
    assert(!runner(tool)([join(folder, 'checkpoint'), proof, keys.mlDsa44.vkey]).ok);
  });
});

describe('openssl pkeyutl', () => {
  const files = logOf(600);
  const { text, signatures } = parseNote(noteOf(files));

  /** Verifies a bare signature with the command. */
  function verify(
    tool: Tool,
    vkey: string,
    start: string,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean {
    const spki = Buffer.concat([Buffer.from(start, 'hex'), parseVerifierKey(vkey).publicKey]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const path = (name: string): string => join(work, name);
    writeFileSync(path('key.pem'), key.export({ format: 'pem', type: 'spki' }));
    writeFileSync(path('message'), message);
    writeFileSync(path('signature'), signature);
    const command = ['pkeyutl', '-verify', '-pubin', '-rawin', '-inkey', path('key.pem')];
    return runner(tool)(command.concat('-in', path('message'), '-sigfile', path('signature'))).ok;
  }

  const withEd25519 = opensslTool(3, 0);
  test('accepts the Ed25519 signature of the text of the checkpoint', skipped(withEd25519), () => {
    const signature = signatures[0]?.signature;
    assert(signature);
    const spki = '302a300506032b6570032100';
    const message = Buffer.from(text);
    assert(verify(withEd25519, keys.ed25519.vkey, spki, message, signature));
    assert(!verify(withEd25519, keys.ed25519.vkey, spki, message.subarray(1), signature));
  });

  const withMlDsa = opensslTool(3, 5);
  test('accepts the ML-DSA-44 signature of the statement of the checkpoint', skipped(withMlDsa), () => {
    const signature = Buffer.from(signatures[1]?.signature ?? []);
    const { size, root } = parseCheckpoint(text);
    const timestamp = Number(signature.readBigUInt64BE(0));
    const message = mlDsa44CosignatureMessage({
      cosigner: origin,
      timestamp,
      origin,
      start: 0,
      end: size,
      hash: root,
    });
    const spki = '30820532300b06096086480165030403110382052100';
    assert(verify(withMlDsa, keys.mlDsa44.vkey, spki, message, signature.subarray(8)));
    assert(!verify(withMlDsa, keys.mlDsa44.vkey, spki, message.subarray(1), signature.subarray(8)));
  });
});
