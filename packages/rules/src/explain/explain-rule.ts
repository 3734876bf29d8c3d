import type { Expression } from '../detection/index.ts';
import {
  type Absence,
  type Baseline,
  type Bound,
  type CorrelationDocument,
  describeDuration,
  type DetectionDocument,
  type FirstSeen,
  type RuleDocument,
  type RuleFile,
} from '../language/index.ts';

/** A rule file in plain sentences: what it looks at, what counts, when it fires, and what ends an episode. One line each. */
export function explainRule(file: RuleFile): readonly string[] {
  return file.documents.flatMap((document, index) => [
    ...(index === 0 ? [] : ['']),
    `${document.title} (${document.output === undefined ? 'a part of other documents' : document.level})`,
    ...(document.kind === 'detection'
      ? explainDetection(document, file)
      : explainCorrelation(document, file)),
    ...(document.output === undefined ? [] : explainEpisode(document)),
  ]);
}

function explainDetection(document: DetectionDocument, file: RuleFile): readonly string[] {
  const source = document.source === 'event' ? 'events of the record' : 'events as CloudTrail records';
  const { timezone, schedule } = document.calendar;
  return [
    `Looks at ${source}${document.seesOwnActs ? ', those of detection itself among them' : ''}.`,
    'An event matches if',
    ...explainExpression(document.expression, 1),
    ...(timezone === 'UTC' && schedule === undefined ? [] : [`Times are those of ${timezone}.`]),
    ...explainDetector(document, file),
  ];
}

/** A condition as indented lines. */
function explainExpression(expression: Expression, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  switch (expression.kind) {
    case 'test':
      return [`${indent}${expression.words}`];
    case 'selection': {
      const inner = explainExpression(expression.part, depth + 1);
      return [`${indent}${expression.name}:`, ...inner];
    }
    case 'not':
      return [`${indent}not:`, ...explainExpression(expression.part, depth + 1)];
    case 'all':
      return explainParts('all of:', expression.parts, depth);
    case 'any':
      return explainParts('any of:', expression.parts, depth);
    case 'some':
      return explainParts(`at least ${expression.atLeast} of:`, expression.parts, depth);
  }
}

function explainParts(words: string, parts: readonly Expression[], depth: number): readonly string[] {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return explainExpression(only, depth);
  return [`${'  '.repeat(depth)}${words}`, ...parts.flatMap((part) => explainExpression(part, depth + 1))];
}

function explainDetector(document: DetectionDocument, file: RuleFile): readonly string[] {
  const { detector } = document;
  switch (detector?.kind) {
    case undefined:
      return document.output === undefined ? [] : ['Every such event counts.'];
    case 'first-seen':
      return explainFirstSeen(detector, groupWords(document.groupBy.map(({ name }) => name)));
    case 'baseline':
      return explainBaseline(detector, groupWords(document.entity));
    case 'absence':
      return explainAbsence(detector, groupWords(document.entity), file);
  }
}

function explainFirstSeen(
  { fields, historyMs, learningMs, valuesMax }: FirstSeen,
  group: string,
): readonly string[] {
  const names = listed(fields.map(({ name }) => name));
  return [
    `It fires when ${names} was not seen in the ${describeDuration(historyMs)} before${group}.`,
    learningMs === 0
      ? 'Nothing is learned first.'
      : `For ${describeDuration(learningMs)} after the first event${group} it only learns.`,
    `At most ${valuesMax} values are remembered${group}.`,
  ];
}

function explainBaseline(detector: Baseline, group: string): readonly string[] {
  const { intervalMs, floor, z, minPoints, distinct, seasonal, unlearned } = detector;
  const what = distinct === undefined ? 'attempts' : `different values of \`${distinct.name}\``;
  const usual = seasonal
    ? 'of the same hour of the week (of all hours as long as those are too few)'
    : 'that were before';
  return [
    `It fires when there are at least ${floor} ${what} within ${describeDuration(intervalMs)}${group}, and more than ${z} deviations above the mean of intervals ${usual}.`,
    unlearned === 'floor'
      ? `Before there are ${minPoints} intervals, ${floor} ${what} are enough.`
      : `It is silent until there are ${minPoints} intervals.`,
  ];
}

function explainAbsence(
  { withinMs, after, forgetMs }: Absence,
  group: string,
  file: RuleFile,
): readonly string[] {
  const start =
    after === undefined ? 'the one before' : `an event of "${file.documents[after.document]?.title ?? ''}"`;
  return [
    `It fires when there is no such event within ${describeDuration(withinMs)} after ${start}${group}.`,
    `What is silent for ${describeDuration(Math.max(forgetMs, withinMs))} is given up.`,
  ];
}

function explainCorrelation(document: CorrelationDocument, file: RuleFile): readonly string[] {
  const { inputs, timespanMs, bounds, type, valueNames, percentile, entity } = document;
  const titles = inputs.map((input) => `"${file.documents[input.document]?.title ?? ''}"`);
  const group = `within ${describeDuration(timespanMs)}${groupWords(entity)}`;
  const field = listed(valueNames);
  const asked = boundWords(bounds);
  const figures: Readonly<Record<string, string>> = {
    event_count: `${asked} attempts`,
    value_count: `${asked} different values of ${field}`,
    value_sum: `a sum of ${field} of ${asked}`,
    value_avg: `a mean of ${field} of ${asked}`,
    value_min: `a least ${field} of ${asked}`,
    value_max: `a greatest ${field} of ${asked}`,
    value_percentile: `a percentile ${percentile} of ${field} of ${asked}`,
    temporal: `events of ${asked} of the documents`,
    temporal_ordered: 'events of all the documents, in this order',
  };
  return [
    `Counts events of ${titles.join(', ')}.`,
    `It fires when there are ${figures[type] ?? ''} ${group}.`,
  ];
}

const boundNames: Readonly<Record<Bound['operator'], string>> = {
  gt: 'more than',
  gte: 'at least',
  lt: 'less than',
  lte: 'at most',
  eq: 'exactly',
  neq: 'other than',
};

function boundWords(bounds: readonly Bound[]): string {
  return bounds.map(({ operator, number }) => `${boundNames[operator]} ${number}`).join(' and ');
}

function explainEpisode({ entity, quietMs }: RuleDocument): readonly string[] {
  const whose =
    entity.length === 0
      ? 'There is one episode at a time'
      : `There is one episode for each ${listed(entity)}`;
  return [`${whose}; it ends when nothing of it came for ${describeDuration(quietMs)}.`];
}

function groupWords(names: readonly string[]): string {
  return names.length === 0 ? '' : ` for the same ${listed(names)}`;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' and ');
}
