import {
  type BacktestAnswer,
  backtestAnswerSchema,
  type BacktestQuestion,
  type DeletedRule,
  deletedRuleSchema,
  queryTexts,
  type RuleDetail,
  ruleDetailSchema,
  type RuleDisabling,
  rulePageSchema,
  type RuleSummary,
} from '../schemas/index.ts';
import { allItems, type Ask, type CallOptions } from './calls.ts';
import { type AskLines, longAnswer, type LongCallOptions } from './long-answer.ts';

/** Detection rules (`spec/incidents.md`). Every method rejects with `ApiError`. */
export interface RuleClient {
  /** All of them, a page at a time. */
  list(options?: CallOptions): AsyncGenerator<RuleSummary>;
  get(name: string, options?: CallOptions): Promise<RuleDetail>;
  /** Puts a rule file's text, in the place of the rule that has the name. */
  put(name: string, text: string, options?: CallOptions): Promise<RuleDetail>;
  delete(name: string, options?: CallOptions): Promise<DeletedRule>;
  disable(name: string, disabling: RuleDisabling, options?: CallOptions): Promise<RuleDetail>;
  enable(name: string, options?: CallOptions): Promise<RuleDetail>;
  /** What the rule, or another text under its name, would have found in the record. */
  backtest(name: string, question: BacktestQuestion, options?: LongCallOptions): Promise<BacktestAnswer>;
}

export function ruleClient(ask: Ask, askLines: AskLines): RuleClient {
  const base = ['v1', 'rules'];
  return {
    list(options) {
      return allItems(
        (page) => ask({ method: 'GET', path: base, query: queryTexts(page) }, rulePageSchema, options),
        ({ rules }) => rules,
      );
    },
    get: (name, options) => ask({ method: 'GET', path: [...base, name] }, ruleDetailSchema, options),
    put: (name, text, options) =>
      ask({ method: 'PUT', path: [...base, name], body: { text } }, ruleDetailSchema, options),
    delete: (name, options) => ask({ method: 'DELETE', path: [...base, name] }, deletedRuleSchema, options),
    disable(name, disabling, options) {
      const path = [...base, name, 'disable'];
      return ask({ method: 'POST', path, body: disabling }, ruleDetailSchema, options);
    },
    enable: (name, options) =>
      ask({ method: 'POST', path: [...base, name, 'enable'] }, ruleDetailSchema, options),
    backtest(name, question, options) {
      const request = { method: 'POST', path: [...base, name, 'backtest'], body: question } as const;
      return longAnswer(askLines(request, options), backtestAnswerSchema, options);
    },
  };
}
