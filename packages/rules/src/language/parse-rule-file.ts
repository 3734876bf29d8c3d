import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { asksForOwnActs, compileExpression } from '../detection/index.ts';
import { asText, type MapNode, readDocuments } from '../document/index.ts';
import { compileField, type Field } from '../fields/index.ts';
import { unsupported, wrong } from '../rule-error.ts';
import {
  readDraft,
  type CorrelationDraft,
  type DetectionDraft,
  type Draft,
  type FilterDraft,
} from './draft.ts';
import type {
  CorrelationDocument,
  DetectionDocument,
  Input,
  RuleDocument,
  RuleFile,
} from './rule-document.ts';
import { readTests } from './rule-tests.ts';

const quietMinMs = 15 * 60_000;
const nameForm = /^[a-z0-9-]{1,64}$/;

/**
 * Reads a rule file (`spec/rules.md`). `name` is what incidents will call it: 1 to 64 lower-case letters, digits and hyphens.
 * Throws `RuleError`, and nothing else, whatever the text is; its place has line, column and path.
 */
export function parseRuleFile(text: string, name: string): RuleFile {
  const start = { fileName: name, line: 1, column: 1, path: '' };
  if (!nameForm.test(name)) {
    throw wrong(start, 'the name of a rule is 1 to 64 lower-case letters, digits and hyphens');
  }
  const drafts = readDocuments(text, name).map(readDraft);
  const linker = new Linker(drafts);
  const documents = linker.link();
  const first = documents.find(({ output }) => output === 0);
  const main = linker.main();
  if (first === undefined || main === undefined) {
    throw wrong(start, 'no document of this file makes findings; add a detection or a correlation');
  }
  const member = (key: string): string | undefined => textOf(main.map, key);
  return {
    name,
    text,
    sha256: bytesToHex(sha256(new TextEncoder().encode(text))),
    title: first.title,
    level: first.level,
    description: member('description'),
    author: member('author'),
    license: member('license'),
    tags: tagsOf(main.map),
    documents,
    tests: readTests(drafts.flatMap(({ settings }) => settings.map?.entries.get('tests') ?? [])),
  };
}

function textOf(map: MapNode, name: string): string | undefined {
  const node = map.entries.get(name);
  return node?.kind === 'scalar' && node.text !== '' ? node.text : undefined;
}

function tagsOf(map: MapNode): readonly string[] {
  const node = map.entries.get('tags');
  return node?.kind === 'list'
    ? node.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []))
    : [];
}

type Matching = DetectionDraft | CorrelationDraft;

/** Puts documents that refer to one another together. */
class Linker {
  readonly #filters: readonly FilterDraft[];
  readonly #byReference = new Map<string, Matching>();
  readonly #matching: readonly Matching[];
  /** Drafts in the order of the result. */
  readonly #placed = new Map<Matching, number>();
  readonly #documents: RuleDocument[] = [];
  readonly #parts = new Set<Matching>();

  constructor(drafts: readonly Draft[]) {
    this.#filters = drafts.filter((draft) => draft.kind === 'filter');
    this.#matching = drafts.filter((draft) => draft.kind !== 'filter');
    for (const draft of this.#matching) {
      for (const reference of draft.references) {
        if (this.#byReference.has(reference)) {
          throw wrong(draft.map.place, `\`${reference}\` names two documents`);
        }
        this.#byReference.set(reference, draft);
      }
    }
  }

  link(): readonly RuleDocument[] {
    this.#checkFilters();
    for (const draft of this.#matching) this.#markParts(draft);
    for (const draft of this.#matching) this.#place(draft, []);
    return this.#documents;
  }

  /** The first document that makes findings. */
  main(): Matching | undefined {
    return this.#matching.find((draft) => !this.#parts.has(draft));
  }

  #checkFilters(): void {
    for (const { rules, map } of this.#filters) {
      for (const rule of rules) {
        const target = rule === 'any' ? undefined : this.#byReference.get(rule);
        if (rule !== 'any' && target?.kind !== 'detection') {
          throw wrong(
            map.place,
            `the filter is for \`${rule}\`, but no detection of this file has this name or id`,
          );
        }
      }
    }
  }

  #markParts(draft: Matching): void {
    if (draft.kind === 'correlation' && draft.correlation.generate) return;
    for (const reference of referencesOf(draft)) {
      const part = this.#byReference.get(reference);
      if (part !== undefined) this.#parts.add(part);
    }
  }

  /** Those that a document refers to come before it. */
  #place(draft: Matching, above: readonly Matching[]): number {
    const known = this.#placed.get(draft);
    if (known !== undefined) return known;
    if (above.includes(draft)) {
      throw wrong(draft.map.place, 'this document refers to itself, through others or not');
    }
    for (const reference of referencesOf(draft)) this.#place(this.#find(reference, draft), [...above, draft]);
    const document = draft.kind === 'detection' ? this.#detection(draft) : this.#correlation(draft);
    this.#documents.push(document);
    this.#placed.set(draft, this.#documents.length - 1);
    return this.#documents.length - 1;
  }

  #find(reference: string, from: Matching): Matching {
    const found = this.#byReference.get(reference);
    const { place } = from.kind === 'correlation' ? from.correlation.rulesNode : from.map;
    if (found === undefined) {
      throw wrong(place, `no document of this file has the name or id \`${reference}\``);
    }
    if (found.kind === 'detection') {
      if (found.detector?.kind === 'absence') {
        throw unsupported(place, `\`${reference}\` is an absence, which nothing can refer to`);
      }
      if (asksForOwnActs(found.detection.expression)) {
        throw unsupported(
          place,
          `\`${reference}\` looks at what detection itself does, so it must stand alone`,
        );
      }
    }
    return found;
  }

  #output(draft: Matching): number | undefined {
    if (this.#parts.has(draft)) return undefined;
    return this.#matching.filter((one) => !this.#parts.has(one)).indexOf(draft);
  }

  #detection(draft: DetectionDraft): DetectionDocument {
    const { scope, settings, detection, detector, groupBy } = draft;
    const filters = this.#filters.filter(
      ({ rules }) => rules.includes('any') || draft.references.some((reference) => rules.includes(reference)),
    );
    for (const filter of filters) {
      if (filter.scope.source !== scope.source) {
        throw wrong(filter.map.place, 'a filter needs the log source of the detections that it is for');
      }
    }
    const expression =
      filters.length === 0
        ? detection.expression
        : {
            kind: 'all' as const,
            parts: [
              detection.expression,
              ...filters.map((filter) => ({ kind: 'not' as const, part: filter.detection.expression })),
            ],
          };
    const seesOwnActs = asksForOwnActs(detection.expression);
    if (seesOwnActs && detector !== undefined) {
      throw unsupported(
        draft.map.place,
        `a detection of what detection itself does cannot be \`${detector.kind}\``,
      );
    }
    const own = detector?.kind === 'first-seen' ? detector.fields : [];
    if (own.some(({ name }) => groupBy.some((field) => field.name === name))) {
      throw wrong(
        draft.map.place,
        '`fields` and `group-by` of `first-seen` share a field; name it in one of them',
      );
    }
    return {
      kind: 'detection',
      title: draft.title,
      level: settings.level ?? draft.level,
      output: this.#output(draft),
      quietMs: settings.quietMs ?? Math.max(quietMinMs, spanOf(detector)),
      entitiesMax: settings.entitiesMax,
      entity: [...groupBy, ...own].map(({ name }) => name),
      source: scope.source,
      calendar: scope.calendar,
      expression,
      matches: compileExpression(expression),
      seesOwnActs,
      groupBy,
      detector:
        detector?.kind === 'absence' ? { ...detector, after: this.#after(draft, draft.afterNode) } : detector,
    };
  }

  #after(draft: DetectionDraft, node: DetectionDraft['afterNode']): Input | undefined {
    if (node === undefined) return undefined;
    const from = this.#find(asText(node), draft);
    const { scope } = this.#root(from);
    const groupBy = draft.groupBy.map(({ name }) =>
      compileField(name, scope.source, scope.calendar, node.place),
    );
    return { document: this.#placed.get(from) ?? 0, groupBy, values: [] };
  }

  #correlation(draft: CorrelationDraft): CorrelationDocument {
    const { correlation, settings } = draft;
    const { type, timespanMs, bounds, valueNames, percentile, groupBy } = correlation;
    return {
      kind: 'correlation',
      title: draft.title,
      level: settings.level ?? draft.level,
      output: this.#output(draft),
      quietMs: settings.quietMs ?? Math.max(quietMinMs, timespanMs),
      entitiesMax: settings.entitiesMax,
      entity: groupBy.map((name) => name.replace(/^keywitness\./, '')),
      type,
      inputs: correlation.rules.map((rule) => this.#input(draft, rule)),
      timespanMs,
      bounds,
      valueNames,
      percentile,
    };
  }

  #input(draft: CorrelationDraft, rule: string): Input {
    const { aliases, groupBy, groupNode, valueNames, rulesNode } = draft.correlation;
    const from = this.#find(rule, draft);
    const { scope } = this.#root(from);
    const field = (name: string): Field => {
      const byRule = aliases.get(name);
      const path =
        byRule === undefined
          ? name
          : [rule, ...from.references].map((one) => byRule.get(one)).find((one) => one !== undefined);
      if (path === undefined) {
        throw wrong(rulesNode.place, `the alias \`${name}\` has no field for \`${rule}\``);
      }
      return compileField(path, scope.source, scope.calendar, (groupNode ?? rulesNode).place);
    };
    return {
      document: this.#placed.get(from) ?? 0,
      groupBy: groupBy.map(field),
      values: valueNames.map(field),
    };
  }

  /** The detection whose fields a document's events have: of a correlation the first one's. */
  #root(draft: Matching): DetectionDraft {
    if (draft.kind === 'detection') return draft;
    return this.#root(this.#find(draft.correlation.rules[0] ?? '', draft));
  }
}

function referencesOf(draft: Matching): readonly string[] {
  if (draft.kind === 'correlation') return draft.correlation.rules;
  const { afterNode } = draft;
  return afterNode === undefined ? [] : [asText(afterNode)];
}

function spanOf(detector: DetectionDraft['detector']): number {
  if (detector?.kind === 'baseline') return detector.intervalMs;
  return detector?.kind === 'absence' ? detector.withinMs : 0;
}
