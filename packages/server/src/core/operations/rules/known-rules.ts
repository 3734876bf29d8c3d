import type { EventParameters } from '../../audit/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Result } from '../params.ts';
import type { RuleRecord, RuleSource } from '../response-records.ts';
import type { RuleBook } from './rule-book.ts';

/** Of what is found when there is no room for incidents; no file has this name. */
export const LIMIT_RULE = 'incident-limit';

/** What watches changes of what watches (`spec/incidents.md`, "the rule that cannot be touched"). */
const WATCHING_RULE = 'audit-configuration-changed';

/** A rule as it is in force or disabled: one that came with the service, or that people put. */
export interface KnownRule {
  readonly name: string;
  readonly source: RuleSource;
  readonly isBuiltIn: boolean;
  /** What people changed; absent for one that is as it came. */
  readonly record: RuleRecord | undefined;
}

/** Whether a rule is one that nobody can touch. */
export function isImmutable(name: string): boolean {
  return name === WATCHING_RULE || name === LIMIT_RULE;
}

/** @throws OperationError `Unmodifiable`. */
export function refuseImmutable(name: string): void {
  if (!isImmutable(name)) return;
  const message = `the rule \`${name}\` watches over the others, so it cannot be replaced, deleted, disabled or suppressed`;
  throw new OperationError('Unmodifiable', message);
}

/** Joins what came with the service with what people changed; absent when there is no such rule. */
export function knownRule(
  book: RuleBook,
  name: string,
  record: RuleRecord | undefined,
): KnownRule | undefined {
  const builtIn = book.builtIn.get(name);
  const source = record?.source ?? builtIn;
  return source === undefined ? undefined : { name, source, isBuiltIn: builtIn !== undefined, record };
}

/**
 * The rule that an operation is about.
 *
 * @throws OperationError `NotFound`.
 */
export function requireRule(attempt: Attempt, book: RuleBook, name: string): KnownRule {
  const rule = knownRule(book, name, attempt.view.rule(name));
  if (rule !== undefined) return rule;
  throw new OperationError('NotFound', `there is no rule \`${name}\``);
}

/** Whether nothing is found by it at this moment. */
export function isDisabled({ record }: KnownRule, nowMs: number): boolean {
  if (record === undefined || !record.disabled) return false;
  return record.disabledUntilMs === undefined || nowMs < record.disabledUntilMs;
}

/** A rule as lists show it. */
export function summarizeRule(rule: KnownRule, nowMs: number): Result {
  const { isBuiltIn, name, record, source } = rule;
  const disabled = isDisabled(rule, nowMs);
  return {
    name,
    title: source.title,
    level: source.level,
    sha256: source.sha256,
    builtIn: isBuiltIn,
    changed: isBuiltIn && record?.source !== undefined,
    immutable: isImmutable(name),
    disabled,
    disabledUntil: disabled ? record?.disabledUntilMs : undefined,
    disabledReason: disabled ? record?.disabledReason : undefined,
    updatedAt: record?.updatedAtMs,
    updatedBy: record?.updatedBy,
  };
}

/** A rule with its text. */
export function describeRule(rule: KnownRule, nowMs: number): Result {
  return { ...summarizeRule(rule, nowMs), text: rule.source.text };
}

/** What a rule is, for the record. */
export function noteSource(rule: KnownRule, nowMs: number): EventParameters {
  const { level, sha256, title } = rule.source;
  return { disabled: isDisabled(rule, nowMs), level, ruleSha256: sha256, title };
}

/** Whether a rule is disabled, for the record. */
export function noteSwitch(rule: KnownRule, nowMs: number): EventParameters {
  const { record } = rule;
  if (!isDisabled(rule, nowMs)) return { disabled: false };
  return { disabled: true, reason: record?.disabledReason, until: instant(record?.disabledUntilMs) };
}

/** An instant for the record: RFC 3339. */
export function instant(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/** Who changed something and when, for a record of the state. */
export function updatedNow({ caller, nowMs }: Attempt): Pick<RuleRecord, 'updatedAtMs' | 'updatedBy'> {
  return { updatedAtMs: nowMs, updatedBy: caller.principalArn };
}
