import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  addSignatures,
  type CheckpointFields,
  decodeEntries,
  encodeEntries,
  formatNote,
  openCheckpoint,
  parseLogKeys,
  parseNote,
  signNote,
  type TrustedKeys,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { assertObjects, LogFolder, type Tampering } from './log-folder.ts';
import { buildLog, type LogFiles, newEntries, newKeys } from './sample-log.ts';

const origin = 'log.example/audit';
const keys = newKeys(origin);
const trusted = parseLogKeys(`${keys.ed25519.vkey}\n${keys.mlDsa44.vkey}\n`);
const signers = [keys.ed25519.signer, keys.mlDsa44.signer];
const entries = newEntries(66_000);

const folders = new Map<number, LogFolder>();
after(() => {
  for (const folder of folders.values()) folder[Symbol.dispose]();
});

function logOf(size: number): LogFiles {
  return buildLog(origin, entries.slice(0, size), signers);
}

function folderOf(size: number): LogFolder {
  const known = folders.get(size);
  if (known !== undefined) return known;
  const folder = new LogFolder(logOf(size));
  folders.set(size, folder);
  return folder;
}

function get(files: LogFiles, path: string): Uint8Array {
  const bytes = files.get(path);
  assert(bytes, `the log has no \`${path}\``);
  return bytes;
}

/** Changes one file by its bytes. */
function alter(path: string, change: (bytes: Buffer) => Uint8Array): Tampering {
  return (files) => files.set(path, change(Buffer.from(get(files, path))));
}

/** Changes the entries of one bundle. */
function alterEntries(
  path: string,
  change: (list: readonly Uint8Array[]) => readonly Uint8Array[],
): Tampering {
  return alter(path, (bytes) => encodeEntries(change(decodeEntries(bytes))));
}

function swap(one: string, other: string): Tampering {
  return (files) => {
    const [first, second] = [get(files, one), get(files, other)];
    files.set(one, second).set(other, first);
  };
}

function swapItems<Item>(items: readonly Item[], one: number, other: number): readonly Item[] {
  const [first, second] = [items[one], items[other]];
  assert(first !== undefined && second !== undefined);
  return items.with(one, second).with(other, first);
}

function flipBit(bytes: Buffer, offset: number, bit: number): Buffer {
  bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
  return bytes;
}

/** Replaces all files, but for the checkpoint where it is to stay. */
function replaceAll(replacement: LogFiles, keepCheckpoint: boolean): Tampering {
  return (files) => {
    const checkpoint = get(files, 'checkpoint');
    files.clear();
    for (const [path, bytes] of replacement) files.set(path, bytes);
    if (keepCheckpoint) files.set('checkpoint', checkpoint);
  };
}

function all(...steps: readonly Tampering[]): Tampering {
  return (files) => steps.forEach((step) => step(files));
}

async function assertObjectsTo(
  size: number,
  tamper: Tampering,
  previous?: CheckpointFields,
  trustedKeys: TrustedKeys = trusted,
): Promise<string> {
  const folder = folderOf(size);
  const options =
    previous === undefined ? { keys: trustedKeys } : { keys: trustedKeys, previous: [previous] };
  const { report, tampered } = await folder.verifyTampered(tamper, options);
  assertObjects(report, folder.files, tampered);
  return report.problems[0]?.code ?? '';
}

function fieldsOf(files: LogFiles): CheckpointFields {
  const opened = openCheckpoint(get(files, 'checkpoint'), trusted, nodeCrypto);
  assert(opened.ok);
  return opened.checkpoint;
}

describe('nothing was done', () => {
  for (const size of [0, 1, 5, 255, 256, 257, 600, 66_000]) {
    test(`a log of ${size} entries verifies`, async () => {
      const report = await folderOf(size).verify({ keys: trusted });
      assert.deepEqual(report.problems, []);
      assert.deepEqual([report.ok, report.entriesVerified], [true, size]);
    });
  }

  test('a verifier that always agrees, or names another place, would not pass here', async () => {
    const { files } = folderOf(5);
    const report = await folderOf(5).verify({ keys: trusted });
    const tampered = new Map(files);
    alter('tile/0/000.p/5', (bytes) => flipBit(bytes, 40, 0))(tampered);
    assert.throws(() => assertObjects(report, files, tampered), /did not object/);
    const problem = { code: 'malformed', file: 'tile/0/000.p/5', message: 'tile/0/000.p/5' } as const;
    const objecting = { ...report, ok: false };
    const named = (start: number, end: number): void =>
      assertObjects({ ...objecting, problems: [{ ...problem, bytes: { start, end } }] }, files, tampered);
    named(40, 41);
    assert.throws(() => named(0, 40), /byte 40/);
    assert.throws(() => named(41, 64), /byte 40/);
    assert.throws(() => assertObjects({ ...objecting, problems: [problem] }, files, tampered));
    const elsewhere = { ...problem, file: 'tile/entries/000.p/5', message: 'tile/entries/000.p/5' };
    assert.throws(() => assertObjects({ ...objecting, problems: [elsewhere] }, files, tampered));
  });

  test('files beside those of the log are not part of it', async () => {
    const { report } = await folderOf(5).verifyTampered(
      (files) => files.set('tile/0/001', Buffer.alloc(8192)).set('notes.txt', Buffer.from('x')),
      { keys: trusted },
    );
    assert(report.ok);
  });
});

describe('one bit was flipped', () => {
  for (const path of folderOf(5).files.keys()) {
    test(`any bit of \`${path}\`, log of 5 entries`, async () => {
      const { length } = get(folderOf(5).files, path);
      // A signature of ML-DSA-44 has thousands of bytes that are all alike: one bit of each of those will do.
      const bits = length > 1000 ? [0] : [0, 1, 2, 3, 4, 5, 6, 7];
      for (let offset = 0; offset < length; offset += 1) {
        for (const bit of bits) {
          await assertObjectsTo(
            5,
            alter(path, (bytes) => flipBit(bytes, offset, bit)),
          );
        }
      }
    });
  }

  test('any bit of the text of the checkpoint and of the Ed25519 signature, log of 5 entries', async () => {
    const checkpoint = Buffer.from(get(folderOf(5).files, 'checkpoint'));
    const length = checkpoint.indexOf('\n', checkpoint.indexOf('— ')) + 20;
    for (let offset = 0; offset < length; offset += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        await assertObjectsTo(
          5,
          alter('checkpoint', (bytes) => flipBit(bytes, offset, bit)),
        );
      }
    }
  });

  for (const [size, flips] of [
    [1, 60],
    [255, 40],
    [256, 40],
    [257, 40],
    [600, 25],
  ] as const) {
    for (const path of folderOf(size).files.keys()) {
      test(`bytes throughout \`${path}\`, log of ${size} entries`, async () => {
        const { length } = get(folderOf(size).files, path);
        for (const offset of spread(length, flips)) {
          await assertObjectsTo(
            size,
            alter(path, (bytes) => flipBit(bytes, offset, offset % 8)),
          );
        }
      });
    }
  }

  for (const path of [
    'tile/0/000',
    'tile/0/255',
    'tile/0/256',
    'tile/0/257.p/208',
    'tile/1/000',
    'tile/1/001.p/1',
    'tile/2/000.p/1',
    'tile/entries/000',
    'tile/entries/200',
    'tile/entries/257.p/208',
  ]) {
    test(`bytes throughout \`${path}\`, log of 66000 entries`, async () => {
      const { length } = get(folderOf(66_000).files, path);
      for (const offset of spread(length, 3)) {
        await assertObjectsTo(
          66_000,
          alter(path, (bytes) => flipBit(bytes, offset, 7)),
        );
      }
    });
  }
});

/** The first and the last offset and some between them, no two the same. */
function spread(length: number, count: number): readonly number[] {
  const step = Math.max(1, Math.floor(length / count));
  const offsets = Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
  return [...new Set([...offsets, 1, length - 1].filter((offset) => offset < length))];
}

describe('a file was changed as a whole', () => {
  const changes: Readonly<Record<string, (path: string) => Tampering>> = {
    'was deleted': (path) => (files) => files.delete(path),
    'was emptied': (path) => alter(path, () => Buffer.alloc(0)),
    'lost its last byte': (path) => alter(path, (bytes) => bytes.subarray(0, -1)),
    'lost its first byte': (path) => alter(path, (bytes) => bytes.subarray(1)),
    'lost its second half': (path) => alter(path, (bytes) => bytes.subarray(0, bytes.length >> 1)),
    'got a byte at its end': (path) => alter(path, (bytes) => Buffer.concat([bytes, Buffer.of(0)])),
    'got a byte at its start': (path) => alter(path, (bytes) => Buffer.concat([Buffer.of(1), bytes])),
    'got 32 bytes at its end': (path) => alter(path, (bytes) => Buffer.concat([bytes, Buffer.alloc(32)])),
    'is there twice': (path) => alter(path, (bytes) => Buffer.concat([bytes, bytes])),
    'was overwritten with zeros': (path) => alter(path, (bytes) => Buffer.alloc(bytes.length)),
    'was overwritten with the checkpoint, or that with a tile': (path) => (files) =>
      files.set(path, path === 'checkpoint' ? Buffer.alloc(32) : get(files, 'checkpoint')),
  };
  for (const size of [0, 1, 255, 256, 257, 600]) {
    for (const path of folderOf(size).files.keys()) {
      for (const [what, change] of Object.entries(changes)) {
        test(`\`${path}\` ${what}, log of ${size} entries`, async () => {
          await assertObjectsTo(size, change(path));
        });
      }
    }
  }
});

const full = 'tile/entries/001';
const partial = 'tile/entries/002.p/88';
const bundle0 = 'tile/entries/000';

/** Entries and tiles were moved about, in a log of 600 entries. */
const moves: Readonly<Record<string, Tampering>> = {
  'two entries of a bundle were swapped': alterEntries(full, (list) => swapItems(list, 10, 20)),
  'two neighbours of a bundle were swapped': alterEntries(full, (list) => swapItems(list, 10, 11)),
  'the first and the last entry of a bundle were swapped': alterEntries(full, (list) =>
    swapItems(list, 0, 255),
  ),
  'two entries of a partial bundle were swapped': alterEntries(partial, (list) => swapItems(list, 0, 87)),
  'an entry was removed from a full bundle': alterEntries(full, (list) => list.toSpliced(10, 1)),
  'the last entry was removed from a full bundle': alterEntries(full, (list) => list.slice(0, -1)),
  'an entry was removed from a partial bundle': alterEntries(partial, (list) => list.toSpliced(10, 1)),
  'the last entry was removed from a partial bundle': alterEntries(partial, (list) => list.slice(0, -1)),
  'an entry was added to a partial bundle': alterEntries(partial, (list) => [...list, Buffer.from('{}')]),
  'an empty entry was added to a partial bundle': alterEntries(partial, (list) => [...list, Buffer.of()]),
  'an entry was inserted into a partial bundle': alterEntries(partial, (list) =>
    list.toSpliced(10, 0, Buffer.from('{}')),
  ),
  'an entry was replaced by the next': alterEntries(full, (list) =>
    list.toSpliced(10, 1, ...list.slice(11, 12)),
  ),
  'an entry was emptied': alterEntries(full, (list) => list.with(10, Buffer.of())),
  'an entry was forged': alterEntries(full, (list) => list.with(10, Buffer.from('{"entry":266}'))),
  'two entries became one': alterEntries(full, (list) =>
    list.toSpliced(10, 2, Buffer.concat(list.slice(10, 12))),
  ),
  'an entry was forged with its hash': all(
    alterEntries(full, (list) => list.with(10, Buffer.from('forged'))),
    alter('tile/0/001', (bytes) => {
      bytes.set(nodeCrypto.sha256(Buffer.from('\0forged')), 320);
      return bytes;
    }),
  ),
  'two entries were swapped with their hashes': all(
    alterEntries(full, (list) => swapItems(list, 10, 20)),
    alter('tile/0/001', (bytes) => swapHashes(bytes, 10, 20)),
  ),
  'two hashes of a tile were swapped': alter('tile/0/001', (bytes) => swapHashes(bytes, 10, 20)),
  'two hashes of a partial tile were swapped': alter('tile/0/002.p/88', (bytes) => swapHashes(bytes, 0, 87)),
  'the two hashes of level 1 were swapped': alter('tile/1/000.p/2', (bytes) => swapHashes(bytes, 0, 1)),
  'two bundles were swapped': swap(bundle0, full),
  'two tiles were swapped': swap('tile/0/000', 'tile/0/001'),
  'two bundles were swapped with their tiles': all(swap(bundle0, full), swap('tile/0/000', 'tile/0/001')),
  'two bundles were swapped with their tiles and hashes': all(
    swap(bundle0, full),
    swap('tile/0/000', 'tile/0/001'),
    alter('tile/1/000.p/2', (bytes) => swapHashes(bytes, 0, 1)),
  ),
  'a full bundle and the partial one were swapped': swap(full, partial),
  'tiles of two levels were swapped': swap('tile/0/001', 'tile/1/000.p/2'),
  'a bundle is there twice': (files) => files.set(full, get(files, bundle0)),
  'a tile is there twice': (files) => files.set('tile/0/001', get(files, 'tile/0/000')),
  'a partial bundle has the name of another width': (files) => {
    files.set('tile/entries/002.p/89', get(files, partial)).delete(partial);
  },
  'a partial tile was replaced by a forged full one': (files) => {
    files.set('tile/0/002', Buffer.alloc(8192)).delete('tile/0/002.p/88');
  },
  'a partial bundle was replaced by a forged full one': (files) => {
    const forged = encodeEntries(Array.from({ length: 256 }, () => Buffer.from('{}')));
    files.set('tile/entries/002', forged).delete(partial);
  },
  'a partial bundle was given the name of a full one': (files) => {
    files.set('tile/entries/002', get(files, partial)).delete(partial);
  },
};

function swapHashes(bytes: Buffer, one: number, other: number): Buffer {
  const hashes = Array.from({ length: bytes.length / 32 }, (_, index) =>
    bytes.subarray(index * 32, index * 32 + 32),
  );
  return Buffer.concat(swapItems(hashes, one, other));
}

describe('entries and tiles were moved', () => {
  for (const [what, tamper] of Object.entries(moves)) {
    test(`${what}, log of 600 entries`, async () => {
      await assertObjectsTo(600, tamper);
    });
  }

  for (const [what, tamper] of Object.entries({
    'two full level 1 and level 0 tiles were swapped': swap('tile/0/010', 'tile/1/000'),
    'two hashes of a full level 1 tile were swapped': alter('tile/1/000', (bytes) =>
      swapHashes(bytes, 3, 250),
    ),
    'two bundles were swapped with tiles and hashes': all(
      swap('tile/entries/003', 'tile/entries/250'),
      swap('tile/0/003', 'tile/0/250'),
      alter('tile/1/000', (bytes) => swapHashes(bytes, 3, 250)),
    ),
  })) {
    test(`${what}, log of 66000 entries`, async () => {
      await assertObjectsTo(66_000, tamper);
    });
  }
});

describe('the log was rebuilt around a change', () => {
  const forgedEntries: Readonly<Record<string, readonly Uint8Array[]>> = {
    'an entry was edited': entries.slice(0, 600).with(300, Buffer.from('{"entry":"edited"}')),
    'the first entry was edited': entries.slice(0, 600).with(0, Buffer.from('x')),
    'the last entry was edited': entries.slice(0, 600).with(599, Buffer.from('x')),
    'an entry was inserted': entries.slice(0, 600).toSpliced(300, 0, Buffer.from('x')),
    'an entry was appended': entries.slice(0, 600).concat(Buffer.from('x')),
    'an entry was removed': entries.slice(0, 600).toSpliced(300, 1),
    'the last entry was removed': entries.slice(0, 599),
    'two entries were swapped': swapItems(entries.slice(0, 600), 100, 500),
    'all entries were replaced': newEntries(600, 'forged'),
    'all entries were removed': [],
  };
  const stranger = newKeys(origin);
  const trustedBefore = (size: number): CheckpointFields => fieldsOf(folderOf(size).files);
  for (const [what, forged] of Object.entries(forgedEntries)) {
    test(`${what}, all tiles follow, the checkpoint stays`, async () => {
      await assertObjectsTo(600, replaceAll(buildLog(origin, forged, signers), true));
    });

    test(`${what}, all tiles follow, and another key of the same name signs`, async () => {
      const strangers = [stranger.ed25519.signer, stranger.mlDsa44.signer];
      assert.equal(
        await assertObjectsTo(600, replaceAll(buildLog(origin, forged, strangers), false)),
        'checkpoint',
      );
    });

    for (const [stolen, kept] of [
      ['ed25519', 'mlDsa44'],
      ['mlDsa44', 'ed25519'],
    ] as const) {
      test(`${what}, and only the log's ${stolen} key signs, beside a strange ${kept} key`, async () => {
        const mixed = [keys[stolen].signer, stranger[kept].signer];
        assert.equal(
          await assertObjectsTo(600, replaceAll(buildLog(origin, forged, mixed), false)),
          'checkpoint',
        );
      });
    }

    test(`${what}, and the log's own keys sign it, against a checkpoint that was trusted before`, async () => {
      const rebuilt = replaceAll(buildLog(origin, forged, signers), false);
      // What was appended is an extension: nothing in the log contradicts it.
      if (what === 'an entry was appended') {
        const options = { keys: trusted, previous: [trustedBefore(600)] };
        assert((await folderOf(600).verifyTampered(rebuilt, options)).report.ok);
        return;
      }
      assert.equal(await assertObjectsTo(600, rebuilt, trustedBefore(600)), 'rollback');
    });
  }

  test('an edit below an older trusted checkpoint is found, one above it is not covered by it', async () => {
    const edited = (index: number): Tampering =>
      replaceAll(buildLog(origin, entries.slice(0, 600).with(index, Buffer.from('x')), signers), false);
    for (const index of [0, 100, 255, 256]) {
      assert.equal(await assertObjectsTo(600, edited(index), trustedBefore(257)), 'rollback');
    }
    const options = { keys: trusted, previous: [trustedBefore(257)] };
    assert((await folderOf(600).verifyTampered(edited(257), options)).report.ok);
  });
});

describe('the checkpoint was replaced', () => {
  const other = newKeys('log.example/other');
  const stranger = newKeys(origin);
  const textOf = (files: LogFiles): string => Buffer.from(get(files, 'checkpoint')).toString();
  const note = (change: (text: string) => string): Tampering =>
    alter('checkpoint', (bytes) => Buffer.from(change(bytes.toString())));
  const lines = (text: string): readonly string[] => text.split('\n');
  const replacements: Readonly<Record<string, Tampering>> = {
    'by an older one of the same log': (files) => files.set('checkpoint', get(logOf(257), 'checkpoint')),
    'by the one of the empty log': (files) => files.set('checkpoint', get(logOf(0), 'checkpoint')),
    'by a newer one whose entries are not here': (files) =>
      files.set('checkpoint', get(logOf(700), 'checkpoint')),
    'by one of another log and its keys': replaceAll(
      buildLog('log.example/other', entries.slice(0, 600), [other.ed25519.signer, other.mlDsa44.signer]),
      false,
    ),
    'by one of another origin that the log’s keys have signed': replaceAll(
      buildLog('log.example/other', entries.slice(0, 600), signers),
      false,
    ),
    'by one that other keys of the same name have signed': replaceAll(
      buildLog(origin, entries.slice(0, 600), [stranger.ed25519.signer, stranger.mlDsa44.signer]),
      false,
    ),
    'by one without the Ed25519 signature': note((text) => lines(text).toSpliced(4, 1).join('\n')),
    'by one without the ML-DSA-44 signature': note((text) => lines(text).toSpliced(5, 1).join('\n')),
    'by one without signatures': note((text) => `${lines(text).slice(0, 4).join('\n')}\n`),
    'by its text alone': note((text) => `${lines(text).slice(0, 3).join('\n')}\n`),
    'by one with the signatures of an older one': note((text) =>
      [...lines(text).slice(0, 4), ...lines(textOf(logOf(257))).slice(4)].join('\n'),
    ),
    'by one with a bad signature beside the good ones': note((text) => {
      const [first] = parseNote(textOf(logOf(257))).signatures;
      assert(first);
      return addSignatures(text, [first]);
    }),
    'by one with an extension line': note((text) => lines(text).toSpliced(3, 0, 'extension').join('\n')),
    'by one with a leading zero in its size': note((text) => text.replace('\n600\n', '\n0600\n')),
    'by one with another size': note((text) => text.replace('\n600\n', '\n599\n')),
    'by one with the root in other letters': note((text) => text.replace('=\n', '\n')),
    'by one with a space after the origin': note((text) => text.replace('\n', ' \n')),
    'by one with carriage returns': note((text) => text.replaceAll('\n', '\r\n')),
    'by one with a newline more': note((text) => `${text}\n`),
    'by one with an empty line in front': note((text) => `\n${text}`),
    'by one with a byte order mark': note((text) => `\ufeff${text}`),
    'by two': note((text) => `${text}${text}`),
  };
  const newest = fieldsOf(folderOf(600).files);
  for (const [what, tamper] of Object.entries(replacements)) {
    test(`${what}, log of 600 entries`, async () => {
      await assertReplaced(tamper);
    });
  }

  /** An older checkpoint is a true one: only who kept the newer one can tell. */
  async function assertReplaced(tamper: Tampering): Promise<void> {
    const options = { keys: trusted, previous: [newest] };
    const { report } = await folderOf(600).verifyTampered(tamper, options);
    assert(!report.ok);
    assert(report.problems.some(({ code }) => ['checkpoint', 'rollback', 'missing'].includes(code)));
  }

  test('an older checkpoint with its files verifies by itself, and is a rollback to who knows a newer one', async () => {
    const tamper = replaceAll(logOf(257), false);
    assert((await folderOf(600).verifyTampered(tamper, { keys: trusted })).report.ok);
    assert.equal(await assertObjectsTo(600, tamper, newest), 'rollback');
  });

  test('a checkpoint that is signed by one key verifies when only that key is trusted', async () => {
    const onlyEd25519 = parseLogKeys(keys.ed25519.vkey);
    const tamper = replacements['by one without the ML-DSA-44 signature'];
    assert(tamper);
    assert((await folderOf(600).verifyTampered(tamper, { keys: onlyEd25519 })).report.ok);
    await assertObjectsTo(
      600,
      replacements['by one without the Ed25519 signature'] ?? tamper,
      newest,
      onlyEd25519,
    );
  });
});

describe('cosignatures were changed, and a quorum of two is asked for', () => {
  const one = newKeys('w.example/1');
  const two = newKeys('w.example/2');
  const others = newKeys('w.example/3');
  const cosigners = [one.mlDsa44, two.mlDsa44];
  const trustedKeys: TrustedKeys = {
    ...trusted,
    witnessKeys: [...cosigners, others.mlDsa44].map(({ vkey }) => vkey),
    witnessQuorum: 2,
  };
  const files = buildLog(origin, entries.slice(0, 5), [...signers, ...cosigners.map(({ signer }) => signer)]);
  const folder = new LogFolder(files);
  after(() => folder[Symbol.dispose]());
  const { text, signatures } = parseNote(get(files, 'checkpoint'));

  async function objects(tamper: Tampering): Promise<boolean> {
    const { report } = await folder.verifyTampered(tamper, { keys: trustedKeys });
    return !report.ok;
  }

  test('unchanged they verify, and without them nothing else is missing', async () => {
    assert((await folder.verify({ keys: trustedKeys })).ok);
    assert((await folder.verify({ keys: trusted })).ok);
  });

  test('one bit throughout, and of any byte of names, key ids and times', async () => {
    const bytes = Buffer.from(get(files, 'checkpoint'));
    const starts = cosigners.map((_key, position) => bytes.indexOf(`\u2014 w.example/${position + 1}`));
    const [start = 0] = starts;
    const offsets = [
      ...starts.flatMap((from) => Array.from({ length: 40 }, (_, step) => from + step)),
      ...spread(bytes.length - start, 200).map((offset) => start + offset),
    ];
    for (const offset of offsets) {
      const tamper = alter('checkpoint', (note) => flipBit(note, offset, offset % 8));
      assert(await objects(tamper), `byte ${offset}`);
    }
  });

  test('taken away, repeated, renamed, of another tree, or of somebody whom nobody trusts', async () => {
    const [first, second, third, fourth] = signatures;
    assert(first && second && third && fourth);
    const other = parseNote(get(logOf(6), 'checkpoint')).text;
    const foreign = buildLog(origin, entries.slice(0, 6), [one.mlDsa44.signer]);
    const [stale] = parseNote(get(foreign, 'checkpoint')).signatures;
    const stranger = newKeys('w.example/2').mlDsa44.signer;
    const [unknown] = parseNote(signNote(text, [stranger])).signatures;
    assert(stale && unknown && other !== text);
    for (const changed of [
      [first, second, third],
      [first, second, fourth],
      [first, second, third, third],
      [first, second, third, { ...third, name: 'w.example/3' }],
      [first, second, third, { ...third, keyId: fourth.keyId, name: fourth.name }],
      [first, second, stale, fourth],
      [first, second, third, unknown],
      [first, third, fourth],
    ]) {
      assert(await objects((log) => log.set('checkpoint', Buffer.from(formatNote(text, changed)))));
    }
  });
});
