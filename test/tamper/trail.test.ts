import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { TrailFiles } from '../../packages/server/src/core/audit/index.ts';
import {
  BUCKET,
  DIGESTS,
  LOGS,
  paths,
  setUp,
} from '../../packages/server/src/followers/trail/rig.test-model.ts';
import { type HandedOut, type Trail, type TrailIdentity, validateTrail } from './validate-trail.ts';

/** What somebody does to the files of a trail. */
type Tampering = (files: Map<string, HandedOut>) => void;

let whole: Trail = new Map();
let other: Trail = new Map();
let identity: TrailIdentity = { bucket: BUCKET, publicKey: new Uint8Array(0) };
let digests: readonly string[] = [];
let logs: readonly string[] = [];

before(async (t) => {
  assert.ok('after' in t);
  const setup = setUp(t);
  setup.add('09:10:00', '09:20:00', '10:00:00', '11:30:00', '12:01:00', '13:00:00');
  const files = setup.open();
  whole = await handedOut(files);
  identity = { bucket: BUCKET, publicKey: (await files.key()).publicKey };
  digests = await paths(files, DIGESTS);
  logs = await paths(files, LOGS);
  const forged = setUp(t);
  forged.add('09:10:00', '09:25:00', '10:00:00', '11:30:00', '12:01:00', '13:00:00');
  other = await handedOut(forged.open());
});

async function handedOut(files: TrailFiles): Promise<Trail> {
  const trail = new Map<string, HandedOut>();
  for (const path of await paths(files, '')) {
    const file = await files.read(path);
    assert.ok(file !== undefined);
    trail.set(path, { content: file.content, signature: file.signature });
  }
  return trail;
}

function problemsAfter(tamper: Tampering): readonly string[] {
  const files = new Map(whole);
  tamper(files);
  return validateTrail(files, identity);
}

function get(files: Trail, path: string | undefined): HandedOut {
  const file = files.get(path ?? '');
  assert.ok(file !== undefined, `there is no \`${path ?? ''}\``);
  return file;
}

/** The text of a file changed, and packed again. */
function edit(path: () => string | undefined, change: (text: string) => string): Tampering {
  return (files) => {
    const { content, signature } = get(files, path());
    const changed = change(gunzipSync(content).toString('utf8'));
    assert.notEqual(changed, gunzipSync(content).toString('utf8'));
    files.set(path() ?? '', { content: gzipSync(changed), signature });
  };
}

function swap(one: () => string | undefined, another: () => string | undefined): Tampering {
  return (files) => {
    const [first, second] = [get(files, one()), get(files, another())];
    files.set(one() ?? '', second).set(another() ?? '', first);
  };
}

const digest = (at: number) => (): string | undefined => digests[at];
const log = (at: number) => (): string | undefined => logs[at];
const remove =
  (path: () => string | undefined): Tampering =>
  (files) =>
    assert.ok(files.delete(path() ?? ''));
const replace =
  (path: () => string | undefined, from: () => HandedOut): Tampering =>
  (files) =>
    files.set(path() ?? '', from());

const tamperings: Readonly<Record<string, Tampering>> = {
  'an event was edited': edit(log(0), (text) =>
    text.replace('"anonymous"', '"somebody"').replace('ListKeys', 'ListKey'),
  ),
  'an event was taken away': edit(log(0), (text) =>
    text.replace(/\{"eventVersion.*?\},(?=\{"eventVersion)/, ''),
  ),
  'a log file was emptied': edit(log(1), () => '{"Records":[]}'),
  'a log file is no archive': replace(log(1), () => ({ content: Buffer.from('{}'), signature: undefined })),
  'a log file is missing': remove(log(0)),
  'the newest log file is missing': remove(() => logs.at(-1)),
  'two log files were exchanged': swap(log(0), log(1)),
  'a log file is there twice': (files) => files.set(logs[1] ?? '', get(files, logs[0])),
  'a log file is of another history': replace(log(0), () => get(other, logs[0])),
  'a digest was deleted': remove(digest(1)),
  'the first digest was deleted': remove(digest(0)),
  'two digests were exchanged': swap(digest(1), digest(2)),
  'a digest is of another period': replace(digest(2), () => get(whole, digests[1])),
  'a digest is of another history': replace(digest(1), () => get(other, digests[1])),
  'a digest has the signature of another': (files) => {
    const { content } = get(files, digests[2]);
    files.set(digests[2] ?? '', { content, signature: get(files, digests[1]).signature });
  },
  'a digest has no signature': (files) => {
    files.set(digests[2] ?? '', { content: get(files, digests[2]).content, signature: undefined });
  },
  'a digest names no log files': edit(digest(1), (text) =>
    text.replace(/"logFiles":\[.*\]/, '"logFiles":[]'),
  ),
  'a digest names other hashes': edit(digest(1), (text) =>
    text.replace(/"hashValue":"../, '"hashValue":"zz'),
  ),
  'a digest is said to be the first': edit(digest(1), (text) =>
    text.replace(/"previousDigestS3Object":"[^"]+"/, '"previousDigestS3Object":null'),
  ),
  'a digest leaves out entries': edit(digest(1), (text) =>
    text.replace(/"keywitnessEndIndex":\d+/, '"keywitnessEndIndex":9'),
  ),
  'a digest and its log file are of another history': (files) => {
    files.set(digests[0] ?? '', get(other, digests[0])).set(logs[0] ?? '', get(other, logs[0]));
  },
  'all files are packed into others': (files) => {
    for (const [path, { content, signature }] of files) {
      files.set(path, { content: gzipSync(content), signature });
    }
  },
};

test('a trail that nobody touched is valid, also where it is packed in another way', () => {
  assert.deepEqual(
    problemsAfter(() => undefined),
    [],
  );
  const packed: Tampering = (files) => {
    for (const [path, { content, signature }] of files) {
      files.set(path, { content: gzipSync(gunzipSync(content), { level: 1 }), signature });
    }
  };
  assert.deepEqual(problemsAfter(packed), []);
});

describe('validation finds that', () => {
  for (const [what, tamper] of Object.entries(tamperings)) {
    test(what, () => {
      assert.ok(problemsAfter(tamper).length > 0, 'validation has not objected');
    });
  }

  test('any byte of any file was flipped, taken away or repeated, or a file ends early', () => {
    for (const [path, { content, signature }] of whole) {
      const text = gunzipSync(content);
      for (let at = 0; at < text.length; at += 1) {
        const [start, byte, rest] = [text.subarray(0, at), text.subarray(at, at + 1), text.subarray(at + 1)];
        const flipped = byte.map((value) => value ^ (1 << (at & 7)));
        const others = at % 7 === 0 ? [[start, rest], [start, byte, byte, rest], [start]] : [];
        for (const parts of [[start, flipped, rest], ...others]) {
          const changed = Buffer.concat(parts);
          if (changed.equals(text)) continue;
          const problems = problemsAfter((files) =>
            files.set(path, { content: gzipSync(changed), signature }),
          );
          assert.ok(problems.length > 0, `byte ${at} of ${path}`);
        }
      }
    }
  });

  test('any byte of an archive was flipped, or what is in it is the same', () => {
    for (const [path, { content, signature }] of whole) {
      for (let at = 0; at < content.length; at += 1) {
        const changed = content.map((value, offset) => (offset === at ? value ^ (1 << (at & 7)) : value));
        const problems = problemsAfter((files) => files.set(path, { content: changed, signature }));
        assert.ok(problems.length > 0 || isSame(changed, content), `byte ${at} of ${path}`);
      }
    }
  });

  test('any digit of a signature is another', () => {
    for (const path of digests) {
      const { content, signature = '' } = get(whole, path);
      for (let at = 0; at < signature.length; at += 1) {
        const digit = signature[at] === '0' ? '1' : '0';
        const changed = signature.slice(0, at) + digit + signature.slice(at + 1);
        const problems = problemsAfter((files) => files.set(path, { content, signature: changed }));
        assert.ok(problems.length > 0, `digit ${at} of ${path}`);
      }
    }
  });
});

function isSame(one: Uint8Array, another: Uint8Array): boolean {
  return gunzipSync(one).equals(gunzipSync(another));
}

test('what the chain does not show, the log does: the newest hour is gone, or the key has signed another history', () => {
  const newest = digests.at(-1);
  assert.deepEqual(problemsAfter(remove(() => newest)), []);
  assert.deepEqual(validateTrail(other, identity), []);
});
