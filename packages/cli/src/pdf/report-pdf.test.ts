import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Block, Report } from '@keywitness/log';
import { pdfLayout, reportPdf } from './index.ts';
import { settable } from './typefaces.ts';

const titles = ['Entry', 'Time (UTC)', 'Who', 'What', 'Key', 'Outcome'];

function tableOf(rows: number): Block {
  const cells = [
    '2026-07-01T00:00:00.000Z',
    'Žofia (arn:aws:iam::111122223333:user/žofia)',
    'key.decrypt',
    'k-1',
    'success',
  ];
  return {
    kind: 'table',
    titles,
    widths: [1, 2, 3, 2, 2, 1],
    rows: Array.from({ length: rows }, (_row, index) => [
      { kind: 'link', text: String(index), target: 'entry-0' },
      ...cells,
    ]),
  };
}

function reportWith(...blocks: readonly Block[]): Report {
  return { title: 'Evidence about Иван', foot: 'log.example, 7 entries', timeMs: 1_782_864_000_000, blocks };
}

const sample = reportWith(
  { kind: 'claim', spans: ['All ', { kind: 'strong', text: '7' }, ' events, of 山田.'] },
  { kind: 'facts', rows: [['Log', 'log.example']] },
  { kind: 'list', items: [['one'], ['two']] },
  { kind: 'heading', level: 2, text: 'The events' },
  tableOf(7),
  { kind: 'heading', level: 3, text: 'Entry 0', anchor: 'entry-0' },
  { kind: 'members', rows: [['actor.name', 'x'.repeat(20_000)]] },
  { kind: 'paragraph', spans: ['In the folder ', { kind: 'code', text: 'events' }, '.'] },
  { kind: 'lines', text: '{\n  "Version": "2012-10-17"\n}\n' },
);

async function textOf(report: Report): Promise<string> {
  return Buffer.from(await reportPdf(report)).toString('latin1');
}

function pagesOf(pdf: string): number {
  return pdf.match(/\/Type \/Page\b/g)?.length ?? 0;
}

test('the same report gives the same bytes, and another title, time or text other ones', async () => {
  const pdf = await textOf(sample);
  assert.equal(await textOf(sample), pdf);
  for (const other of [{ title: 'Evidence' }, { timeMs: 0 }, { foot: '' }, { blocks: [] }]) {
    assert.notEqual(await textOf({ ...sample, ...other }), pdf);
  }
});

test('a layout stays what it is, to the byte', async () => {
  // When a library or this module gives other bytes, the number in `pdfLayout` is raised with this digest, so that
  // whoever checks an older document is told that it was not checked, and not that it is forged.
  assert.deepEqual(
    [
      pdfLayout,
      createHash('sha256')
        .update(await reportPdf(sample))
        .digest('hex'),
    ],
    [
      'Keywitness evidence report, layout 1',
      '3ca0638dbdabdd1f5974e76b82fe994cae0a3b1fad343970c748163d36daed7c',
    ],
  );
});

test('tables and texts of any length go on over pages', async () => {
  const [short, long] = [await textOf(reportWith(tableOf(3))), await textOf(reportWith(tableOf(300)))];
  assert(pagesOf(long) > pagesOf(short) + 5);
  const row: Block = { kind: 'members', rows: [['path', 'word '.repeat(30_000)]] };
  assert(pagesOf(await textOf(reportWith(row))) > 10);
  assert.equal(pagesOf(await textOf(reportWith())), 1);
});

test('what there is no letter for is written as its code point and not left out', () => {
  assert.equal(settable('Žofia Иван Ωmega', 'sans'), 'Žofia Иван Ωmega');
  assert.equal(settable('山a', 'serif'), '\\u{5c71}a');
  assert.equal(settable('שלום', 'sans'), '\\u{5e9}\\u{5dc}\\u{5d5}\\u{5dd}');
  assert.equal(settable('\u{1f600}\ud800', 'mono'), '\\u{1f600}\\u{d800}');
});

test('it is a document for archives: its fonts are in it, and it names nothing outside', async () => {
  const pdf = await textOf(sample);
  assert.match(pdf, /<pdfaid:part>2<\/pdfaid:part>/);
  const fonts = new Set(pdf.match(/\/FontName \/[\w+-]+/g));
  assert.equal(fonts.size, pdf.match(/\/FontFile2 /g)?.length);
  assert.doesNotMatch(pdf, /\/URI|\/JavaScript|\/Launch|\/EmbeddedFile/);
});
