import type { RuleEvent } from './event.ts';

/** How bad a finding is, in Sigma's words. */
export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical';

/** That a rule matched. One episode gives one `opened` finding, and `grown` ones while it goes on. */
export interface Finding {
  readonly kind: 'opened' | 'grown';
  readonly ruleName: string;
  readonly ruleTitle: string;
  /** SHA-256 of the rule file's text, hexadecimal. */
  readonly ruleSha256: string;
  readonly level: Level;
  /** What the episode is about: the values of the fields that the rule groups by; empty when it groups by nothing. */
  readonly entity: Readonly<Record<string, string>>;
  /** The same for every run over the same log: made from the rule's name, the entity and the event that opened the episode. */
  readonly episode: string;
  /** One sentence with what was observed, the threshold and the window. */
  readonly summary: string;
  /** Of the event that made it, or of the moment at which something was missed; milliseconds since the epoch. */
  readonly timeMs: number;
  /** Attempts that the episode rests on so far. */
  readonly count: number;
  /** The first ones and the newest ones, at most 20, oldest first. */
  readonly events: readonly Pick<RuleEvent, 'id' | 'index' | 'timeMs'>[];
}
