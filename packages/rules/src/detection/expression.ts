import type { EventView } from '../fields/index.ts';

/** What a detection asks of an event, as a tree. */
export type Expression =
  | { readonly kind: 'all'; readonly parts: readonly Expression[] }
  | { readonly kind: 'any'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  /** At least so many of the parts. */
  | { readonly kind: 'some'; readonly atLeast: number; readonly parts: readonly Expression[] }
  | { readonly kind: 'selection'; readonly name: string; readonly part: Expression }
  | FieldTest;

/** One test of one field, or of the whole event. */
export interface FieldTest {
  readonly kind: 'test';
  /** In plain words, `action is "key.decrypt"`. */
  readonly words: string;
  /** The field that alone decides it: `action`, `outcome`, `protocol.operation`, or of a record `eventName`. */
  readonly decidedBy: DecidingField | undefined;
  /** Whether it asks for actions of detection itself: `incident.*`, `notification.*`, `remediation.*`. */
  readonly ownActs: boolean;
  /** How many values it is made of. */
  readonly cost: number;
  readonly holds: EventTest;
}

/** Fields that events are told apart by before anything else is looked at. */
export type DecidingField = 'action' | 'outcome' | 'protocol.operation' | 'eventName';

/** Tests an event. */
export type EventTest = (view: EventView) => boolean;

/** Whether any test of it asks for actions of detection itself. */
export function asksForOwnActs(expression: Expression): boolean {
  switch (expression.kind) {
    case 'test':
      return expression.ownActs;
    case 'selection':
    case 'not':
      return asksForOwnActs(expression.part);
    case 'all':
    case 'any':
    case 'some':
      return expression.parts.some(asksForOwnActs);
  }
}

/** Whether an action is one of detection itself. */
export function isOwnAct(action: string): boolean {
  return /^(incident|notification|remediation)\./i.test(action);
}

/** The tree as one function. */
export function compileExpression(expression: Expression): EventTest {
  switch (expression.kind) {
    case 'test':
      return expression.holds;
    case 'selection':
      return compileExpression(expression.part);
    case 'not': {
      const part = compileExpression(expression.part);
      return (view) => !part(view);
    }
    case 'all':
      return allOf(expression.parts.map(compileExpression));
    case 'any':
      return anyOf(expression.parts.map(compileExpression));
    case 'some': {
      const parts = expression.parts.map(compileExpression);
      return (view) => {
        let found = 0;
        for (const part of parts) {
          if (part(view)) found += 1;
          if (found >= expression.atLeast) return true;
        }
        return false;
      };
    }
  }
}

function allOf(parts: readonly EventTest[]): EventTest {
  const [first, second, ...more] = parts;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (more.length === 0) return (view) => first(view) && second(view);
  return (view) => {
    for (const part of parts) {
      if (!part(view)) return false;
    }
    return true;
  };
}

function anyOf(parts: readonly EventTest[]): EventTest {
  const [first, second, ...more] = parts;
  if (first === undefined) return () => false;
  if (second === undefined) return first;
  if (more.length === 0) return (view) => first(view) || second(view);
  return (view) => {
    for (const part of parts) {
      if (part(view)) return true;
    }
    return false;
  };
}

/**
 * Whether an event of which only the deciding fields are known can match: false when it cannot, whatever its other
 * fields are (Kleene's logic; undefined is what cannot be told yet).
 */
export function decideEarly(expression: Expression, view: EventView): boolean | undefined {
  switch (expression.kind) {
    case 'test':
      return expression.decidedBy === undefined ? undefined : expression.holds(view);
    case 'selection':
      return decideEarly(expression.part, view);
    case 'not': {
      const part = decideEarly(expression.part, view);
      return part === undefined ? undefined : !part;
    }
    case 'all':
      return decideCount(expression.parts, expression.parts.length, view);
    case 'any':
      return decideCount(expression.parts, 1, view);
    case 'some':
      return decideCount(expression.parts, expression.atLeast, view);
  }
}

function decideCount(parts: readonly Expression[], atLeast: number, view: EventView): boolean | undefined {
  let certain = 0;
  let possible = 0;
  for (const part of parts) {
    const decided = decideEarly(part, view);
    if (decided === true) certain += 1;
    if (decided !== false) possible += 1;
  }
  if (certain >= atLeast) return true;
  return possible < atLeast ? false : undefined;
}
