import { once } from 'node:events';
import PDFDocument from 'pdfkit';
import { fontFile, settable, type Typeface, typefaces } from './typefaces.ts';

/** A piece of text in one typeface. */
export interface Run {
  readonly text: string;
  readonly typeface: Typeface;
  /** The name of the place that it leads to. */
  readonly target?: string;
}

/** Pieces that stand beside each other. */
export type Line = readonly Run[];

/** How a page lies. */
export type Orientation = 'portrait' | 'landscape';

/** What stands on every page, and where a document comes from. Times in milliseconds since 1970-01-01T00:00Z. */
export interface PaperOptions {
  readonly title: string;
  readonly foot: string;
  readonly producer: string;
  readonly timeMs: number;
}

/** In points, of which 72 are an inch. */
const margin = { top: 54, bottom: 62, side: 54 } as const;
const footSize = 7;
const widthSize = 1000;
/** Where a line may end: behind a space, and behind what divides the parts of a name. */
const pieces = /[^ /:,;=_.-]*[ /:,;=_.-]|[^ /:,;=_.-]+/g;

/** Pages of A4 that are written from the top down. The same calls give the same bytes. */
export class Paper {
  readonly #document: PDFKit.PDFDocument;
  readonly #options: PaperOptions;
  readonly #chunks: Uint8Array[] = [];
  readonly #widths = new Map<string, number>();
  readonly #end: Promise<unknown>;
  #orientation: Orientation = 'portrait';
  /** Where the next thing begins. */
  y = 0;

  constructor(options: PaperOptions) {
    this.#options = options;
    const date = new Date(options.timeMs);
    this.#document = new PDFDocument({
      autoFirstPage: false,
      bufferPages: true,
      // The archive that the file goes into is compressed; compressors differ from one to the next.
      compress: false,
      displayTitle: true,
      info: {
        Title: options.title,
        Producer: options.producer,
        Creator: 'Keywitness',
        CreationDate: date,
        ModDate: date,
      },
      lang: 'en',
      pdfVersion: '1.7',
      subset: 'PDF/A-2b',
    });
    for (const typeface of keysOf(typefaces)) this.#document.registerFont(typeface, fontFile(typeface));
    this.#document.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk));
    this.#end = once(this.#document, 'end');
    this.page('portrait');
  }

  get left(): number {
    return margin.side;
  }

  get width(): number {
    return this.#document.page.width - 2 * margin.side;
  }

  /** What is left on this page. */
  get room(): number {
    return this.#document.page.height - margin.bottom - this.y;
  }

  /** What a page has. */
  get height(): number {
    return this.#document.page.height - margin.bottom - margin.top;
  }

  get orientation(): Orientation {
    return this.#orientation;
  }

  /** Begins a page. */
  page(orientation: Orientation = this.#orientation): void {
    this.#orientation = orientation;
    this.#document.addPage({ size: 'A4', layout: orientation, margin: 0 });
    this.y = margin.top;
  }

  /** Begins a page unless there is so much room on this one. */
  need(height: number): void {
    if (this.room < height) this.page();
  }

  /** Divides text into lines of at most a width. */
  lines(runs: readonly Run[], size: number, width: number): readonly Line[] {
    const lines: Run[][] = [];
    let line: Run[] = [];
    let taken = 0;
    for (const run of runs) {
      for (const text of this.#piecesOf(settable(run.text, run.typeface), run.typeface, size, width)) {
        const wide = this.#widthOf(text, run.typeface, size);
        // A space may stand out over the end of a line.
        if (taken + this.#widthOf(text.trimEnd(), run.typeface, size) > width && line.length > 0) {
          lines.push(line);
          [line, taken] = [[], 0];
        }
        const last = line.at(-1);
        if (last !== undefined && last.typeface === run.typeface && last.target === run.target) {
          line[line.length - 1] = { ...last, text: last.text + text };
        } else line.push({ ...run, text });
        taken += wide;
      }
    }
    if (line.length > 0 || lines.length === 0) lines.push(line);
    return lines;
  }

  /** Writes a line, its top at `y`. */
  write(line: Line, size: number, x: number, y: number): void {
    let at = x;
    for (const { text, typeface, target } of line) {
      const link = target === undefined ? {} : { goTo: target };
      this.#document
        .font(typeface)
        .fontSize(size)
        .fillColor('#111')
        .text(text, at, y, { lineBreak: false, ...link });
      at += this.#widthOf(text, typeface, size);
    }
  }

  /** Draws a frame, or fills it. */
  box(
    x: number,
    y: number,
    width: number,
    height: number,
    style: { line?: string; fill?: string; thick?: number },
  ): void {
    const { line, fill, thick = 0.5 } = style;
    if (fill !== undefined) this.#document.rect(x, y, width, height).fill(fill);
    if (line !== undefined) this.#document.lineWidth(thick).rect(x, y, width, height).stroke(line);
  }

  /** Gives the place that is reached a name; at most a few lines above what it names. */
  anchor(name: string): void {
    this.#document.addNamedDestination(name, 'XYZ', 0, Math.max(0, this.y - 8), null);
  }

  /** Lists the place that is reached in the contents that a reader shows beside the pages. */
  bookmark(title: string): void {
    this.#document.outline.addItem(title);
  }

  /** Numbers the pages, and gives the bytes of the file. */
  async finish(): Promise<Uint8Array> {
    const { start, count } = this.#document.bufferedPageRange();
    for (let page = start; page < start + count; page += 1) {
      this.#document.switchToPage(page);
      const y = this.#document.page.height - margin.bottom + 22;
      const number = `Page ${page + 1} of ${count}`;
      const wide = this.#widthOf(number, 'sans', footSize);
      this.box(this.left, y - 5, this.width, 0, { line: '#999', thick: 0.25 });
      const [first = []] = this.lines(
        [{ text: this.#options.foot, typeface: 'sans' }],
        footSize,
        this.width - 80,
      );
      this.write(first, footSize, this.left, y);
      this.write([{ text: number, typeface: 'sans' }], footSize, this.left + this.width - wide, y);
    }
    this.#document.end();
    await this.#end;
    return Buffer.concat(this.#chunks);
  }

  *#piecesOf(text: string, typeface: Typeface, size: number, width: number): Generator<string> {
    for (const [piece] of text.matchAll(pieces)) {
      if (this.#widthOf(piece, typeface, size) <= width) yield piece;
      else yield* this.#cut(piece, typeface, size, width);
    }
  }

  /** Divides what is wider than a line. */
  *#cut(text: string, typeface: Typeface, size: number, width: number): Generator<string> {
    let part = '';
    let taken = 0;
    for (const character of text) {
      const wide = this.#widthOf(character, typeface, size);
      if (taken + wide > width && part !== '') {
        yield part;
        [part, taken] = ['', 0];
      }
      part += character;
      taken += wide;
    }
    if (part !== '') yield part;
  }

  #widthOf(text: string, typeface: Typeface, size: number): number {
    const name = `${typeface} ${text}`;
    let width = this.#widths.get(name);
    if (width === undefined) {
      width = this.#document.font(typeface).fontSize(widthSize).widthOfString(text);
      this.#widths.set(name, width);
    }
    return (width * size) / widthSize;
  }
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] {
  const isKey = (name: string): name is Key => Object.hasOwn(record, name);
  return Object.keys(record).filter(isKey);
}
