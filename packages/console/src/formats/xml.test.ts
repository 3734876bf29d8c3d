import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readXml, xmlAt, xmlText } from './xml.ts';

test('elements are read with their texts, whatever is escaped in them', () => {
  const read = readXml(
    `<?xml version="1.0"?>\n<A xmlns="https://x/"><B>1 &lt; 2 &amp;&#x41;&#66; &unknown;</B><C/><D><E>e</E><E>f</E></D></A>`,
  );
  assert.equal(read.name, 'A');
  assert.equal(xmlText(read, 'B'), '1 < 2 &AB &unknown;');
  assert.equal(xmlText(read, 'C'), '');
  assert.deepEqual(
    xmlAt(read, 'D')?.children.map(({ text }) => text),
    ['e', 'f'],
  );
  assert.equal(xmlText(read, 'D', 'X'), undefined);
});

test('what is cut off or does not fit together is refused', () => {
  for (const text of ['', 'no', '<A>', '<A><B></A>', '</A>', '<A></A></A>']) {
    assert.throws(() => readXml(text), SyntaxError, text);
  }
});
