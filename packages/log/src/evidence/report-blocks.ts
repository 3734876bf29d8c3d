import { seenLines, seenText } from './seen-text.ts';

/** A piece of a sentence. */
export type Span =
  | string
  | { readonly kind: 'strong' | 'code'; readonly text: string }
  | {
      readonly kind: 'link';
      readonly text: string;
      /** The `anchor` of a block. */
      readonly target: string;
    };

/** A part of a report, from the top down. */
export type Block =
  | {
      readonly kind: 'heading';
      readonly level: 2 | 3;
      readonly text: string;
      readonly anchor?: string;
    }
  /** What the report says, in a frame. */
  | { readonly kind: 'claim'; readonly spans: readonly Span[] }
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[]; readonly anchor?: string }
  | { readonly kind: 'list'; readonly items: readonly (readonly Span[])[] }
  /** Names with what they are. */
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [name: string, text: string])[] }
  | {
      readonly kind: 'table';
      readonly titles: readonly string[];
      /** How wide the columns are, as parts of a whole. */
      readonly widths: readonly number[];
      readonly rows: readonly (readonly Span[])[];
    }
  /** Members of an event with their paths. */
  | { readonly kind: 'members'; readonly rows: readonly (readonly [path: string, text: string])[] }
  /** Lines that are shown as they are. */
  | { readonly kind: 'lines'; readonly text: string };

/** What a report says, whatever it is printed on. All texts are as they are to be seen (`seenText`). */
export interface Report {
  readonly title: string;
  /** Said at the foot of each page, where there are pages. */
  readonly foot: string;
  /** When it was exported, in milliseconds since 1970-01-01T00:00Z. */
  readonly timeMs: number;
  readonly blocks: readonly Block[];
}

/** Texts of events can neither hide nor reorder anything, in whatever they are printed. */
export function seenReport({ title, foot, timeMs, blocks }: Report): Report {
  return { title: seenText(title), foot: seenText(foot), timeMs, blocks: blocks.map(seenBlock) };
}

function seenBlock(block: Block): Block {
  switch (block.kind) {
    case 'heading':
      return { ...block, text: seenText(block.text) };
    case 'claim':
    case 'paragraph':
      return { ...block, spans: block.spans.map(seenSpan) };
    case 'list':
      return { ...block, items: block.items.map((spans) => spans.map(seenSpan)) };
    case 'facts':
    case 'members':
      return {
        ...block,
        rows: block.rows.map(([name, text]) => [seenText(name), seenText(text)] as const),
      };
    case 'table':
      return { ...block, rows: block.rows.map((cells) => cells.map(seenSpan)) };
    case 'lines':
      return { ...block, text: seenLines(block.text) };
  }
}

function seenSpan(span: Span): Span {
  return typeof span === 'string' ? seenText(span) : { ...span, text: seenText(span.text) };
}
