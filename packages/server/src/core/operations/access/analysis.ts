import type {
  BacktestQuestion,
  DiffQuestion,
  LintQuestion,
  ReplayQuestion,
  UnusedQuestion,
  WhatCanQuestion,
  WhoCanQuestion,
} from '@keywitness/api';
import { type LedgerReader, parseEvent } from '../../audit/index.ts';
import type { Place } from '../access-question.ts';
import { OperationError } from '../errors.ts';
import type { Replica } from '../replica.ts';
import { backtest } from '../rules/index.ts';
import type { Analysis } from './analysis-steps.ts';
import { diff } from './diff.ts';
import { explain } from './explain.ts';
import { findKeyByName } from '../find-key.ts';
import { textInForce } from './kept-texts.ts';
import { lastAdministrator } from './last-administrator.ts';
import { lintUse } from './lint-key.ts';
import { policyInForce, proposedState, readTarget } from './proposal.ts';
import type { Span } from './record-reading.ts';
import { replay } from './replay.ts';
import { StateView } from './state-view.ts';
import { unused } from './unused.ts';
import { whatCan } from './what-can.ts';
import { whoCan } from './who-can.ts';

/** A question of analysis; `account` is the caller's, in which names without an ARN are looked up. */
export type AnalysisQuestion = { readonly account: string } & (
  | { readonly kind: 'explain'; readonly index: number; readonly entry: Uint8Array }
  | { readonly kind: 'document'; readonly sha256: string }
  | { readonly kind: 'who-can'; readonly question: WhoCanQuestion }
  | { readonly kind: 'what-can'; readonly question: WhatCanQuestion }
  | { readonly kind: 'diff'; readonly question: DiffQuestion }
  | { readonly kind: 'replay'; readonly question: ReplayQuestion }
  | { readonly kind: 'lint'; readonly question: LintQuestion }
  | { readonly kind: 'last-administrator'; readonly principal: string }
  | { readonly kind: 'unused'; readonly question: UnusedQuestion }
  | {
      readonly kind: 'backtest';
      readonly name: string;
      readonly text: string;
      readonly question: BacktestQuestion;
    }
);

/** What analysis is made of: a copy of the state, and the record. */
export interface AnalysisSources {
  readonly replica: Replica;
  readonly reader: LedgerReader;
  readonly place: Place;
  readonly document: (sha256: string) => string | undefined;
  readonly nowMs: number;
}

const DAY_MS = 86_400_000;
/** How far back a question looks that does not say. */
const DAYS_DEFAULT = 90;
const BACKTEST_DAYS = 30;
const LATEST_MS = Date.UTC(9999, 0, 1);

/**
 * Answers a question about access from a copy of the state and the record, in steps, and nothing else: the same
 * question to the same state has the same answer.
 *
 * @throws OperationError for what there is not, and what cannot be read; at the first step.
 */
export function analyse(asked: AnalysisQuestion, sources: AnalysisSources): Analysis<object> {
  const { place, reader, replica } = sources;
  const view = new StateView(replica);
  switch (asked.kind) {
    case 'explain':
      return explained(asked.entry, asked.index, view, sources);
    case 'document':
      return documented(asked.sha256, sources);
    case 'who-can': {
      const key = findKeyByName(replica, asked.account, asked.question.key);
      return whoCan(asked.question, key, view, sources);
    }
    case 'what-can':
      return whatCan(asked.question, view, sources, asked.account);
    case 'diff':
      return diffed(asked.question, asked.account, view, sources);
    case 'replay': {
      const { document, for: name, from, to } = asked.question;
      const target = readTarget(replica, asked.account, name);
      const after = proposedState(replica, target, document);
      const span = spanOf(sources.nowMs, from, to);
      return replay({ reader, span, before: view, after, sources }, name);
    }
    case 'lint': {
      const { document, for: name, from } = asked.question;
      const target = readTarget(replica, asked.account, name);
      return lintUse({ place, reader, replica, span: spanOf(sources.nowMs, from) }, target, document, name);
    }
    case 'backtest':
      return backtested(asked, sources);
    case 'last-administrator':
      return lastAdministrator(asked.principal, view, sources);
    case 'unused':
      return unused(replica, reader, spanOf(sources.nowMs, asked.question.from));
  }
}

// oxlint-disable-next-line eslint/require-yield -- it is answered in one step
function* explained(
  entry: Uint8Array,
  index: number,
  view: StateView,
  sources: AnalysisSources,
): Analysis<object> {
  const event = parseEvent(entry);
  if (event === undefined) throw new OperationError('NotFound', `there is no event at \`${index}\``);
  return explain(event, index, view, sources);
}

// oxlint-disable-next-line eslint/require-yield -- it is answered in one step
function* documented(sha256: string, { document, replica }: AnalysisSources): Analysis<object> {
  const text = document(sha256) ?? textInForce(sha256, replica);
  if (text === undefined) throw new OperationError('NotFound', `there is no document \`${sha256}\``);
  return { sha256, document: text };
}

function diffed(
  { for: name, new: next, old }: DiffQuestion,
  account: string,
  view: StateView,
  { place, replica }: AnalysisSources,
): Analysis<object> {
  const target = readTarget(replica, account, name);
  const inForce = old === undefined && policyInForce(replica, target) === undefined;
  if (inForce && target.policyName === undefined && target.kind !== 'guardrail') {
    const message = `\`${name}\` has not exactly one policy: name it, or give the old one`;
    throw new OperationError('Validation', message);
  }
  const before = old === undefined ? view : proposedState(replica, target, old);
  const after = proposedState(replica, target, next);
  return diff({ target, before, after, replica, place }, name);
}

function backtested(
  { name, question, text }: Extract<AnalysisQuestion, { kind: 'backtest' }>,
  sources: AnalysisSources,
): Analysis<object> {
  const { from, to } = question;
  const fromMs = from === undefined ? sources.nowMs - BACKTEST_DAYS * DAY_MS : Date.parse(from);
  return backtest({ name, text, fromMs, toMs: to === undefined ? Infinity : Date.parse(to) }, sources);
}

function spanOf(nowMs: number, from: string | undefined, to?: string): Span {
  return {
    fromMs: from === undefined ? nowMs - DAYS_DEFAULT * DAY_MS : Date.parse(from),
    toMs: to === undefined ? LATEST_MS : Date.parse(to),
  };
}
