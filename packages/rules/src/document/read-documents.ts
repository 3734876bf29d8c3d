import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
} from 'yaml';
import { type Place, RuleError, wrong } from '../rule-error.ts';
import type { DocumentNode, MapNode } from './node.ts';

/** Of a rule file, in UTF-16 units. */
const fileUnitsMax = 65_536;
const documentsMax = 32;
/** Values of a file, keys included. */
const valuesMax = 5_000;
const depthMax = 24;
/** More open brackets at once than this are not given to the parser, which recurses. */
const bracketsMax = 256;
/** More blocks opened in one line than this are not given to the parser either. */
const blocksInLineMax = 64;
/** `name: value` in one line. */
const pairsInLineMax = 256;
/** Of what the parser says, in UTF-16 units. */
const messageUnitsMax = 200;

/**
 * The YAML documents of a rule file, empty ones left out. Throws `RuleError`: for what is no YAML, is beyond the limits of
 * `spec/rules.md`, or has anchors, aliases or keys that are no texts.
 */
export function readDocuments(text: string, fileName: string): readonly MapNode[] {
  const reader = new Reader(text, fileName);
  return reader.read();
}

class Reader {
  readonly #text: string;
  readonly #fileName: string;
  readonly #lines = new LineCounter();
  #values = 0;

  constructor(text: string, fileName: string) {
    this.#text = text;
    this.#fileName = fileName;
  }

  read(): readonly MapNode[] {
    this.#checkText();
    const documents = this.#parse();
    const nodes: MapNode[] = [];
    for (const document of documents) {
      const path = nodes.length === 0 ? '' : `document ${nodes.length + 1}: `;
      const node = this.#convert(document.contents, path, 0, 0);
      if (node.kind === 'scalar' && node.value === null) continue;
      if (node.kind !== 'map') throw wrong(node.place, 'a rule is a map that begins with `title: ...`');
      nodes.push(node);
      if (nodes.length > documentsMax) throw this.#tooLarge(`it has more than ${documentsMax} documents`);
    }
    if (nodes.length === 0) throw wrong(this.#place(0, ''), 'there is no rule in this file');
    return nodes;
  }

  #checkText(): void {
    if (this.#text.length > fileUnitsMax) {
      throw this.#tooLarge(`it has ${this.#text.length} units, at most ${fileUnitsMax} are allowed`);
    }
    let open = 0;
    for (const character of this.#text) {
      if (character === '[' || character === '{') open += 1;
      else if (character === ']' || character === '}') open = Math.max(0, open - 1);
      if (open > bracketsMax) throw this.#tooLarge(`it has more than ${bracketsMax} open brackets`);
    }
    for (const line of this.#text.split('\n')) {
      const blocks = line.match(/(?<=^|\s)[-?:](?=\s)/g)?.length ?? 0;
      if (blocks > blocksInLineMax) throw this.#tooLarge(`a line opens more than ${blocksInLineMax} blocks`);
      const pairs = line.match(/:(?=\s)/g)?.length ?? 0;
      if (pairs > pairsInLineMax) throw this.#tooLarge(`a line has more than ${pairsInLineMax} colons`);
    }
  }

  #tooLarge(reason: string): RuleError {
    return new RuleError('too-large', this.#place(0, ''), `the file is too large: ${reason}; split it`);
  }

  #parse(): readonly Document[] {
    try {
      const documents = parseAllDocuments(this.#text, {
        lineCounter: this.#lines,
        // Names that are there twice are found below, in less time.
        uniqueKeys: false,
        prettyErrors: false,
        logLevel: 'silent',
        stringKeys: false,
      });
      for (const { errors } of documents) {
        const [error] = errors;
        if (error !== undefined) {
          const reason = `this is no YAML: ${error.message.slice(0, messageUnitsMax).toLowerCase()}`;
          throw new RuleError('unreadable', this.#place(error.pos[0], ''), reason, { cause: error });
        }
      }
      return Array.isArray(documents) ? documents : [];
    } catch (error) {
      if (error instanceof RuleError) throw error;
      // What the parser cannot digest, it throws in ways of its own, a full stack among them.
      const reason = 'this is no YAML that can be read; write it more simply';
      throw new RuleError('unreadable', this.#place(0, ''), reason, { cause: error });
    }
  }

  #convert(value: unknown, path: string, depth: number, offset: number): DocumentNode {
    this.#values += 1;
    if (this.#values > valuesMax) throw this.#tooLarge(`it has more than ${valuesMax} values`);
    if (depth > depthMax) throw this.#tooLarge(`values lie more than ${depthMax} deep`);
    if (value === null || value === undefined) {
      return { kind: 'scalar', place: this.#place(offset, path), value: null, text: '' };
    }
    const place = this.#place(startOf(value) ?? offset, path);
    if (isAlias(value)) throw wrong(place, 'YAML aliases are not read here; write the value out');
    if (isScalar(value)) {
      this.#refuseAnchor(value.anchor, place);
      const scalar: unknown = value.value;
      if (typeof scalar === 'string') return { kind: 'scalar', place, value: scalar, text: scalar };
      if (typeof scalar === 'number' || typeof scalar === 'boolean' || scalar === null) {
        return { kind: 'scalar', place, value: scalar, text: value.source ?? String(scalar) };
      }
      throw wrong(place, 'this is neither a text, a number, a boolean nor null');
    }
    if (isSeq(value)) {
      this.#refuseAnchor(value.anchor, place);
      const items = value.items.map((item, index) =>
        this.#convert(item, `${path}[${index}]`, depth + 1, startOf(value) ?? offset),
      );
      return { kind: 'list', place, items };
    }
    if (!isMap(value)) throw wrong(place, 'this is neither a text, a list nor a map');
    this.#refuseAnchor(value.anchor, place);
    return { kind: 'map', place, entries: this.#entries(value.items, path, depth) };
  }

  #entries(pairs: readonly Pair[], path: string, depth: number): ReadonlyMap<string, DocumentNode> {
    const entries = new Map<string, DocumentNode>();
    for (const { key, value } of pairs) {
      const at = startOf(key) ?? 0;
      const name = this.#convert(key, path, depth + 1, at);
      if (name.kind !== 'scalar' || name.value === null) throw wrong(name.place, 'a name must be a text');
      const ownPath = path === '' || path.endsWith(': ') ? `${path}${name.text}` : `${path}.${name.text}`;
      if (entries.has(name.text)) throw wrong(name.place, `\`${name.text}\` is here twice; keep one`);
      entries.set(name.text, this.#convert(value, ownPath, depth + 1, at));
    }
    return entries;
  }

  #refuseAnchor(anchor: string | undefined, place: Place): void {
    if (anchor !== undefined) throw wrong(place, 'YAML anchors are not read here; write the value out');
  }

  #place(offset: number, path: string): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { fileName: this.#fileName, line: Math.max(1, line), column: Math.max(1, col), path };
  }
}

function startOf(value: unknown): number | undefined {
  if (isAlias(value) || isScalar(value) || isSeq(value) || isMap(value)) return value.range?.[0];
  return undefined;
}
