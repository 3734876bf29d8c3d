import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import {
  cosign,
  formatAnswer,
  formatCosignatures,
  formatPages,
  formatVerifierKey,
  keyTypes,
  parseNote,
  parsePages,
} from '@keywitness/log';
import { nodeNoteSigner } from '@keywitness/log/node';
import { testEvent, TestLog } from '../testing/log-folder.test-kit.ts';
import { startStubService } from '../testing/stub-service.test-kit.ts';
import type { MirrorTrust } from '../trust/index.ts';
import { cosignAnswer } from './index.ts';

type Reply = { readonly status: number; readonly body: string } | 'cosign';

/** A mirror that answers as it is told to, by the size of the index and by how many have asked. */
async function mirror(name: string, replyTo: (size: number, asked: number) => Reply = () => 'cosign') {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const type = keyTypes.ed25519Cosignature;
  const vkey = formatVerifierKey(name, type, publicKey.export({ format: 'raw-public' }));
  const signer = nodeNoteSigner({ name, type, privateKey, nowSeconds: () => 1_800_000_000 });
  const stub = await startStubService(({ body }) => {
    const { text } = parseNote(body);
    const reply = replyTo(Number(text.split('\n')[1]), stub.requests.length);
    return reply === 'cosign' ? { body: formatCosignatures(cosign(text, [signer])) } : reply;
  });
  return {
    vkey,
    url: stub.env['KEYWITNESS_ENDPOINT'] ?? '',
    sizes: () => stub.requests.map(({ body }) => Number(body.split('\n')[1])),
    [Symbol.asyncDispose]: () => stub[Symbol.asyncDispose](),
  };
}

function trustIn(quorum: number, ...mirrors: readonly { vkey: string; url: string }[]): MirrorTrust {
  const endpoints = mirrors.map(({ vkey, url }) => ({ url, vkeys: [vkey] }));
  return { keys: mirrors.map(({ vkey }) => vkey), quorum, rule: { kind: 'none' }, endpoints };
}

/** Four pages, of which two were answered under one checkpoint. Mirrors see the index checkpoints and nothing else. */
function pagedAnswer(): string {
  const log = new TestLog();
  const subject = { type: 'partial', texts: [] } as const;
  const notes = [3, 5, 9].map((size) => {
    for (let n = log.size; n < size; n += 1) log.append(testEvent(n));
    return { checkpoint: log.checkpoint(), index: log.indexCheckpoint() };
  });
  const [first, second, third] = notes;
  assert(first && second && third);
  const pages = [first, second, second, third].map((both, at) => ({
    subject,
    window: { kind: 'index', from: at, to: at + 1 } as const,
    path: [],
    ...both,
  }));
  return formatPages({ window: { kind: 'all' }, pages, consistency: [[], [], []] });
}

function namesOn(text: string): readonly (readonly string[])[] {
  return parsePages(text).pages.map(({ index }) =>
    parseNote(index)
      .signatures.map(({ name }) => name)
      .filter((name) => name.startsWith('m-')),
  );
}

test('every page of an answer is cosigned, and a mirror is asked once for pages of one checkpoint', async () => {
  await using east = await mirror('m-east');
  await using west = await mirror('m-west');
  const text = pagedAnswer();
  const cosigned = await cosignAnswer(text, trustIn(2, east, west));
  assert.deepEqual(cosigned.problems, []);
  assert.deepEqual([cosigned.isEnough, cosigned.isDisputed], [true, false]);
  assert.deepEqual(cosigned.mirrors, ['m-east', 'm-west']);
  assert.deepEqual(
    namesOn(cosigned.text),
    Array.from({ length: 4 }, () => ['m-east', 'm-west']),
  );
  assert.deepEqual(
    [east.sizes(), west.sizes()],
    [
      [3, 5, 9],
      [3, 5, 9],
    ],
  );
  // All else is as it was; and what is cosigned already gets no second line of the same key.
  const bare = (answer: string) => {
    const { pages, ...others } = parsePages(answer);
    return {
      ...others,
      pages: pages.map(({ index, ...page }) => ({ ...page, index: parseNote(index).text })),
    };
  };
  assert.deepEqual(bare(cosigned.text), bare(text));
  assert.equal((await cosignAnswer(cosigned.text, trustIn(2, east, west))).text, cosigned.text);
});

test('a mirror that cosigns not every page does not count, and is asked for none behind it', async () => {
  await using east = await mirror('m-east');
  await using west = await mirror('m-west', (size) =>
    size === 3 ? 'cosign' : { status: 503, body: 'late' },
  );
  const cosigned = await cosignAnswer(pagedAnswer(), trustIn(2, east, west));
  assert.deepEqual([cosigned.mirrors, cosigned.isEnough, cosigned.isDisputed], [['m-east'], false, false]);
  assert.match(cosigned.problems.join(), /^the mirror `http:\S+` does not cosign page `1`: 503 late$/);
  assert.deepEqual(west.sizes(), [3, 5]);
  assert.deepEqual(namesOn(cosigned.text), [['m-east', 'm-west'], ['m-east'], ['m-east'], ['m-east']]);
  assert((await cosignAnswer(pagedAnswer(), trustIn(1, east, west))).isEnough);
});

test('a mirror that disputes any page disputes the answer', async () => {
  await using east = await mirror('m-east', (size) => (size === 9 ? { status: 422, body: 'no' } : 'cosign'));
  const cosigned = await cosignAnswer(pagedAnswer(), trustIn(1, east));
  assert.deepEqual([cosigned.mirrors, cosigned.isEnough, cosigned.isDisputed], [[], false, true]);
  assert.match(cosigned.problems.join(), /does not cosign page `3`: 422 no$/);
});

test('a mirror that has too many requests is asked again', async () => {
  await using east = await mirror('m-east', (_, asked) =>
    asked === 2 ? { status: 429, body: '' } : 'cosign',
  );
  const cosigned = await cosignAnswer(pagedAnswer(), trustIn(1, east));
  assert.deepEqual([cosigned.isEnough, east.sizes()], [true, [3, 5, 5, 9]]);
});

test('an answer that is not in pages stays one, and its problems name no page', async () => {
  await using east = await mirror('m-east');
  await using west = await mirror('m-west', () => ({ status: 403, body: 'whose?' }));
  const [page] = parsePages(pagedAnswer()).pages;
  assert(page);
  const cosigned = await cosignAnswer(formatAnswer(page), trustIn(1, east, west));
  assert.match(cosigned.text, /"format":"keywitness\.answer\/1"/);
  assert.deepEqual([namesOn(cosigned.text), cosigned.isEnough], [[['m-east']], true]);
  assert.match(cosigned.problems.join(), /does not cosign: 403 whose\?$/);
});
