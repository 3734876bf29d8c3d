import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Report } from '@keywitness/log';
import { pdfLayout, reportPdf } from '../pdf/index.ts';
import { checkPdf } from './check-pdf.ts';

const report: Report = {
  title: 'Evidence about the key k-1',
  foot: 'log.example, 3 entries',
  timeMs: 1_782_864_000_000,
  blocks: [{ kind: 'claim', spans: ['There are ', { kind: 'strong', text: '3' }, ' events.'] }],
};

test('a PDF holds when the report gives the same bytes, and one of another version is said not to be checked', async () => {
  const pdf = await reportPdf(report);
  assert.equal(await checkPdf({ report }), 'absent');
  assert.equal(await checkPdf({ report, pdf }), 'same');
  const claim: Report = { ...report, blocks: [{ kind: 'claim', spans: ['There are 2 events.'] }] };
  assert.equal(await checkPdf({ report, pdf: await reportPdf(claim) }), 'refused');
  const text = Buffer.from(pdf).toString('latin1');
  const other = text.replace(`(${pdfLayout})`, '(Keywitness evidence report, layout 0)');
  assert.notEqual(other, text);
  assert.equal(await checkPdf({ report, pdf: Buffer.from(other, 'latin1') }), 'other');
  // Who says both does not get off with it.
  assert.equal(await checkPdf({ report, pdf: Buffer.from(`${text}${other}`, 'latin1') }), 'refused');
  assert.equal(await checkPdf({ report, pdf: Buffer.from('no PDF') }), 'refused');
});
