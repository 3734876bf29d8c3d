import type { Level } from '../../core/operations/index.ts';
import type { Message } from './notice.ts';
import { fitting } from './plain-text.ts';
import { wordingOf, type Wording } from './wording.ts';

/** Teams takes some 28 KB, of which it adds some itself. */
const BODY_BYTES_MAX = 20_000;

const COLORS: Readonly<Record<Level, string>> = {
  informational: 'Default',
  low: 'Accent',
  medium: 'Warning',
  high: 'Attention',
  critical: 'Attention',
};

/** The body of a Teams Workflows webhook: an Adaptive Card 1.5. */
export function teamsBody(message: Message): string {
  return fitting(
    (unitsMax) => bodyOf(wordingOf(message, unitsMax)),
    (body) => Buffer.byteLength(body) <= BODY_BYTES_MAX,
  );
}

function bodyOf({ title, level, summary, facts, command, link }: Wording): string {
  const card = {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: literal(title),
    body: [
      line([run(title, { weight: 'Bolder', size: 'Medium', color: COLORS[level] })]),
      line([run(summary)]),
      ...facts.map(([name, value]) =>
        line([run(`${name}  `, { weight: 'Bolder' }), run(value, { fontType: 'Monospace' })], 'Small'),
      ),
      ...(command === undefined ? [] : [line([run(command, { fontType: 'Monospace' })])]),
    ],
    ...(link === undefined
      ? {}
      : { actions: [{ type: 'Action.OpenUrl', title: 'Open in the console', url: link }] }),
  };
  const attachment = {
    contentType: 'application/vnd.microsoft.card.adaptive',
    contentUrl: null,
    content: card,
  };
  return JSON.stringify({ type: 'message', attachments: [attachment] });
}

/** Unlike a `TextBlock`, the runs of a `RichTextBlock` know no Markdown: nothing in them becomes a link. */
function line(inlines: readonly object[], spacing = 'Medium'): object {
  return { type: 'RichTextBlock', spacing, inlines };
}

function run(text: string, look: object = {}): object {
  return { type: 'TextRun', text: literal(text === '' ? '–' : text), ...look };
}

/** Two braces begin a function of dates. */
function literal(text: string): string {
  return text.replaceAll('{{', '{ {');
}
