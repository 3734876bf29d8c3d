import { type Html, markup } from './html.ts';
import type { Block, Report, Span } from './report-blocks.ts';
import { reportStyle } from './report-style.ts';

/**
 * A report as a page without scripts, that loads nothing and can be printed. Whoever checks a bundle makes it again and
 * compares (`spec/evidence.md`, "Report"): version 1 of the format is this page, to the letter.
 */
export function reportPage({ title, blocks }: Report): string {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
<title>${title}</title>
<style>${{ html: reportStyle }}</style>
</head>
<body>
<h1>${title}</h1>
${blocks.map(blockHtml)}</body>
</html>
`;
  return page.html;
}

function blockHtml(block: Block): Html {
  switch (block.kind) {
    case 'heading':
      return block.level === 2
        ? markup`<h2${anchorOf(block.anchor)}>${block.text}</h2>\n`
        : markup`<h3${anchorOf(block.anchor)}>${block.text}</h3>\n`;
    case 'claim':
      return markup`<p class="claim">${block.spans.map(spanHtml)}</p>\n`;
    case 'paragraph':
      return markup`<p${anchorOf(block.anchor)}>${block.spans.map(spanHtml)}</p>\n`;
    case 'list':
      return markup`<ul>\n${block.items.map((spans) => markup`<li>${spans.map(spanHtml)}</li>\n`)}</ul>\n`;
    case 'facts':
      return markup`<table class="facts"><tbody>\n${block.rows.map(
        ([name, text]) => markup`<tr><th scope="row">${name}</th><td>${text}</td></tr>\n`,
      )}</tbody></table>\n`;
    case 'members':
      return markup`<table class="members"><tbody>\n${block.rows.map(rowHtml)}</tbody></table>\n`;
    case 'table':
      return markup`<table><thead><tr>${block.titles.map(
        (title) => markup`<th scope="col">${title}</th>`,
      )}</tr></thead><tbody>\n${block.rows.map(rowHtml)}</tbody></table>\n`;
    case 'lines':
      return markup`<pre>${block.text}</pre>\n`;
  }
}

function rowHtml(cells: readonly Span[]): Html {
  return markup`<tr>${cells.map((cell) => markup`<td>${spanHtml(cell)}</td>`)}</tr>\n`;
}

function spanHtml(span: Span): Html {
  if (typeof span === 'string') return markup`${span}`;
  switch (span.kind) {
    case 'strong':
      return markup`<b>${span.text}</b>`;
    case 'code':
      return markup`<code>${span.text}</code>`;
    case 'link':
      return markup`<a href="#${span.target}">${span.text}</a>`;
  }
}

function anchorOf(anchor: string | undefined): Html {
  return anchor === undefined ? markup`` : markup` id="${anchor}"`;
}
