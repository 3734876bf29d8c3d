/** An element of an XML document, without its attributes and namespaces. */
export interface XmlElement {
  readonly name: string;
  /** The text in it, without that of elements in it. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface Open {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

const tags = /<(\/?)([A-Za-z_][\w.:-]*)(?:\s[^<>]*?)?(\/?)>|<[?!][^<>]*>/g;
const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Reads an answer of the service: elements and text, as AWS's query protocol writes them. The browser's own reader makes
 * documents that could run something, which this page's policy forbids. Throws `SyntaxError` for what is not XML of that
 * kind; it needs no more than that.
 */
export function readXml(source: string): XmlElement {
  const root: Open = { name: '', text: '', children: [] };
  const open = [root];
  let from = 0;
  for (const match of source.matchAll(tags)) {
    const [tag, closes, name = '', isEmpty] = match;
    const inner = open.at(-1) ?? root;
    inner.text += unescaped(source.slice(from, match.index));
    from = match.index + tag.length;
    if (name === '') continue;
    if (closes === '/') {
      if (inner.name !== name || open.length === 1) throw new SyntaxError(`</${name}> closes nothing`);
      open.pop();
      continue;
    }
    const element: Open = { name, text: '', children: [] };
    inner.children.push(element);
    if (isEmpty !== '/') open.push(element);
  }
  const [document] = root.children;
  if (document === undefined || open.length !== 1) throw new SyntaxError('the XML has no end');
  return document;
}

/** The element in `element` that the names lead to, one in the other; `undefined` where there is none. */
export function xmlAt(element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce((at, name) => at?.children.find((child) => child.name === name), element);
}

/** The text that the names lead to. */
export function xmlText(element: XmlElement | undefined, ...names: readonly string[]): string | undefined {
  return xmlAt(element, ...names)?.text;
}

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, word) => {
    if (typeof hex === 'string') return String.fromCodePoint(Number.parseInt(hex, 16));
    if (typeof decimal === 'string') return String.fromCodePoint(Number(decimal));
    return (typeof word === 'string' ? named[word] : undefined) ?? String(whole);
  });
}
