import type { Block, Report, Span } from '@keywitness/log';
import { type Orientation, Paper, type Run } from './paper.ts';
import { type Column, setTable } from './set-table.ts';
import type { Typeface } from './typefaces.ts';

/** Stands in the file. Another one whenever the same report gives other bytes. */
export const pdfLayout = 'Keywitness evidence report, layout 1';

const sizes = { title: 17, level2: 12, level3: 9.5, text: 9.5, cell: 7, code: 7, note: 8 } as const;
const leading = 1.42;
/** A table of more columns than this lies on its side. */
const uprightColumnsMax = 5;
/** Headings that stand over one another. */
const headingsMax = 3;
const letters =
  'Characters that this document has no letters for, and those of scripts from right to left, are written as their code ' +
  'points in Unicode, \\u{…}. The bundle’s report.html shows them.';

/** A report as a PDF document (PDF/A-2b) for paper and archives: the same report gives the same bytes. */
export async function reportPdf(report: Report): Promise<Uint8Array> {
  const { title, foot, timeMs, blocks } = report;
  const paper = new Paper({ title, foot, timeMs, producer: pdfLayout });
  setText(paper, [{ text: title, typeface: 'strong' }], sizes.title);
  paper.y += 8;
  for (const [at, block] of blocks.entries()) {
    const orientation = orientationOf(blocks.slice(at, at + headingsMax));
    if (paper.orientation !== orientation) paper.page(orientation);
    setBlock(paper, block);
  }
  paper.y += 6;
  setText(paper, [{ text: letters, typeface: 'serif' }], sizes.note);
  return paper.finish();
}

/** A table of many columns lies on its side, and so do the headings over it. */
function orientationOf(blocks: readonly Block[]): Orientation {
  const block = blocks.find(({ kind }) => kind !== 'heading');
  return block?.kind === 'table' && block.titles.length > uprightColumnsMax ? 'landscape' : 'portrait';
}

function setBlock(paper: Paper, block: Block): void {
  switch (block.kind) {
    case 'heading':
      setHeading(paper, block);
      return;
    case 'claim':
      setClaim(paper, block.spans);
      return;
    case 'paragraph':
      if (block.anchor !== undefined) paper.anchor(block.anchor);
      setText(paper, runsOf(block.spans, 'serif'), sizes.text);
      paper.y += 5;
      return;
    case 'list':
      for (const spans of block.items) {
        paper.need(sizes.text * leading);
        paper.write([{ text: '•', typeface: 'serif' }], sizes.text, paper.left + 4, paper.y);
        setText(paper, runsOf(spans, 'serif'), sizes.text, 16);
        paper.y += 3;
      }
      return;
    case 'facts':
      setRows(paper, [25, 75], block.rows, 'sansStrong', 8);
      return;
    case 'members':
      setRows(paper, [30, 70], block.rows, 'sans', sizes.cell);
      return;
    case 'table': {
      const columns = block.titles.map((title, at): Column => ({ title, part: block.widths[at] ?? 1 }));
      setTable(
        paper,
        columns,
        block.rows.map((cells) => cells.map((cell) => runsOf([cell], 'sans'))),
        sizes.cell,
      );
      return;
    }
    case 'lines':
      setLines(paper, block.text);
  }
}

function setHeading(paper: Paper, { level, text, anchor }: Extract<Block, { kind: 'heading' }>): void {
  const size = level === 2 ? sizes.level2 : sizes.level3;
  if (level === 2) paper.y += 8;
  paper.need(level === 2 ? 90 : 70);
  if (anchor !== undefined) paper.anchor(anchor);
  if (level === 2) paper.bookmark(text);
  setText(paper, [{ text, typeface: 'strong' }], size);
  if (level === 2) paper.box(paper.left, paper.y, paper.width, 0, { line: '#999' });
  paper.y += 4;
}

function setClaim(paper: Paper, spans: readonly Span[]): void {
  const size = 10.5;
  const lines = paper.lines(runsOf(spans, 'serif'), size, paper.width - 20);
  const height = lines.length * size * leading + 16;
  paper.need(Math.min(height, paper.height));
  paper.box(paper.left, paper.y, paper.width, height, { line: '#111', thick: 1.2 });
  for (const [at, line] of lines.entries()) {
    paper.write(line, size, paper.left + 10, paper.y + 8 + at * size * leading);
  }
  paper.y += height + 8;
}

function setText(paper: Paper, runs: readonly Run[], size: number, indent = 0): void {
  for (const line of paper.lines(runs, size, paper.width - indent)) {
    paper.need(size * leading);
    paper.write(line, size, paper.left + indent, paper.y);
    paper.y += size * leading;
  }
}

function setRows(
  paper: Paper,
  parts: readonly [number, number],
  rows: readonly (readonly [string, string])[],
  nameTypeface: Typeface,
  size: number,
): void {
  setTable(
    paper,
    parts.map((part) => ({ part })),
    rows.map(([name, text]) => [[{ text: name, typeface: nameTypeface }], [{ text, typeface: 'sans' }]]),
    size,
  );
}

function setLines(paper: Paper, text: string): void {
  const height = sizes.code * leading;
  paper.y += 2;
  for (const part of text.replace(/\n$/, '').split('\n')) {
    for (const line of paper.lines([{ text: part, typeface: 'mono' }], sizes.code, paper.width - 12)) {
      paper.need(height);
      paper.box(paper.left, paper.y - 1, paper.width, height, { fill: '#f2f2f2' });
      paper.write(line, sizes.code, paper.left + 6, paper.y);
      paper.y += height;
    }
  }
  paper.y += 6;
}

function runsOf(spans: readonly Span[], typeface: 'serif' | 'sans'): readonly Run[] {
  return spans.map((span) => runOf(span, typeface));
}

function runOf(span: Span, typeface: 'serif' | 'sans'): Run {
  if (typeof span === 'string') return { text: span, typeface };
  switch (span.kind) {
    case 'strong':
      return { text: span.text, typeface: typeface === 'serif' ? 'strong' : 'sansStrong' };
    case 'code':
      return { text: span.text, typeface: 'mono' };
    case 'link':
      return { text: span.text, typeface, target: span.target };
  }
}
