import type { ChannelTarget } from '../../core/operations/index.ts';
import type { Message } from './notice.ts';
import { plainText } from './plain-text.ts';
import { wordingOf, type Wording } from './wording.ts';

const UNITS_MAX = 1000;
const SUBJECT_UNITS_MAX = 200;

/** An e-mail, in the terms of its library. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  /** Of what the incident's messages have in common, so that programs show them together. */
  readonly references: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Puts a message into an e-mail: plain text, and HTML that says the same and loads nothing. */
export function mailOf(message: Message, { settings }: Pick<ChannelTarget, 'settings'>): Mail {
  const wording = wordingOf(message, UNITS_MAX);
  const notice = message.kind === 'single' ? message.notice : message.notices[0];
  const from = settings['from'] ?? '';
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const thread =
    notice?.incident === undefined || message.kind === 'digest' ? notice?.id : notice.incident.id;
  return {
    from,
    to: (settings['to'] ?? '').split(',').map((address) => address.trim()),
    subject: plainText(wording.title, SUBJECT_UNITS_MAX),
    text: textOf(wording),
    html: htmlOf(wording),
    messageId: `<${notice?.id ?? ''}.${notice?.channelName ?? ''}@${domain}>`,
    references: `<${thread ?? ''}.${notice?.channelName ?? ''}@${domain}>`,
    // RFC 3834: nobody answers this by machine.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function textOf({ title, summary, facts, command, link }: Wording): string {
  const lines = [
    title,
    '',
    summary,
    '',
    ...facts.map(([name, value]) => `${name}: ${value}`),
    ...(command === undefined ? [] : ['', command]),
    ...(link === undefined ? [] : ['', link]),
  ];
  return `${lines.join('\n')}\n`;
}

function htmlOf({ title, summary, facts, command, link }: Wording): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><th align="left">${escaped(name)}</th><td><code>${escaped(value)}</code></td></tr>`,
  );
  const parts = [
    `<h2>${escaped(title)}</h2>`,
    `<p>${escaped(summary)}</p>`,
    `<table cellpadding="4">${rows.join('')}</table>`,
    ...(command === undefined ? [] : [`<pre>${escaped(command)}</pre>`]),
    ...(link === undefined ? [] : [`<p><a href="${escaped(link)}">Open in the console</a></p>`]),
  ];
  return `<!doctype html><html><body>${parts.join('\n')}</body></html>\n`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
