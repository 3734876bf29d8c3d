import type { Level, RuleSource } from '../response-records.ts';

/** What was made of a rule file's text. */
export type RuleReading =
  | { readonly kind: 'read'; readonly title: string; readonly level: Level; readonly sha256: string }
  | { readonly kind: 'malformed'; readonly message: string };

/**
 * Reads a rule file (`spec/rules.md`): all of it, so that a text that was read can be run. `name` is its name without
 * the ending. Never throws.
 */
export type RuleReader = (text: string, name: string) => RuleReading;

/** The language of rules, and the rules that come with the service. */
export interface RuleBook {
  readonly read: RuleReader;
  readonly builtIn: ReadonlyMap<string, RuleSource>;
}
