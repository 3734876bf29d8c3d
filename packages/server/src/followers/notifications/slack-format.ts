import type { Message } from './notice.ts';
import { fitting, plainText } from './plain-text.ts';
import { wordingOf, type Wording } from './wording.ts';

/** Slack refuses sections beyond 3,000, and messages whose blocks have some 13,200 together. */
const SECTION_UNITS_MAX = 3000;
const BLOCKS_UNITS_MAX = 12_000;
const HEADER_UNITS_MAX = 150;

/** The body of a Slack incoming webhook: Block Kit, with a text for notifications. */
export function slackBody(message: Message): string {
  return fitting(
    (unitsMax) => bodyOf(wordingOf(message, unitsMax)),
    ({ blocks, isWhole }) => isWhole && JSON.stringify(blocks).length <= BLOCKS_UNITS_MAX,
  ).text;
}

function bodyOf(wording: Wording): {
  readonly text: string;
  readonly blocks: object;
  readonly isWhole: boolean;
} {
  const { title, summary, facts, command, link } = wording;
  const sections = [
    escaped(summary),
    facts.map(([name, value]) => `*${escaped(name)}*  ${code(value)}`).join('\n'),
    ...(command === undefined ? [] : [code(command)]),
    ...(link === undefined ? [] : [`<${escaped(link)}|Open in the console>`]),
  ];
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: plainText(title, HEADER_UNITS_MAX), emoji: false } },
    ...sections.map((text) => ({
      type: 'section',
      // Verbatim: addresses and names in texts of others become no links.
      text: { type: 'mrkdwn', text, verbatim: true },
    })),
  ];
  const fallback = escaped(plainText(`${title}: ${summary}`, SECTION_UNITS_MAX / 2));
  return {
    text: JSON.stringify({ text: fallback, blocks }),
    blocks,
    isWhole: sections.every((section) => section.length <= SECTION_UNITS_MAX),
  };
}

/** As Slack's formatting rules ask; without these three characters nothing is a link, a mention or an entity. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A text in which nothing is markup: code ends at a grave accent, so there is none in it. */
function code(text: string): string {
  return text === '' ? '–' : `\`${escaped(text).replaceAll('`', 'ˋ')}\``;
}
