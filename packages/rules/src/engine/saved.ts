import { RuleError } from '../rule-error.ts';
import type { EventRef } from './hit.ts';

/** Reads what a snapshot says. Each throws `RuleError` for anything that no engine wrote. */
export function savedList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable();
  return value;
}

export function savedNumber(value: unknown): number {
  if (typeof value !== 'number') throw unreadable();
  return value;
}

export function savedText(value: unknown): string {
  if (typeof value !== 'string') throw unreadable();
  return value;
}

export function savedObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable();
  return { ...value };
}

/** Null stands for none. */
export function savedOptional<Value>(value: unknown, read: (value: unknown) => Value): Value | undefined {
  return value === null ? undefined : read(value);
}

export function saveRef({ id, index, timeMs }: EventRef): unknown {
  return [id, index, timeMs];
}

export function savedRef(value: unknown): EventRef {
  const [id, index, timeMs] = savedList(value);
  return { id: savedText(id), index: savedNumber(index), timeMs: savedNumber(timeMs) };
}

export function unreadable(cause?: unknown): RuleError {
  const reason = 'this is no snapshot of a rule engine of this version; begin without one';
  return new RuleError('unreadable-snapshot', undefined, reason, { cause });
}
