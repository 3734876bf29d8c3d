import type { Json } from '../event.ts';
import { plainText } from '../fields/index.ts';
import type { Comparison } from './modifiers.ts';
import type { TextTest } from './pattern.ts';

/** A test of one value of a field. */
export type ValueTest = (value: Json) => boolean;

/** A test of texts for values: numbers and booleans are the texts that they are written as. */
export function onText(test: TextTest): ValueTest {
  return (value) => {
    if (typeof value === 'string') return test(value);
    const text = plainText(value);
    return text !== undefined && test(text);
  };
}

/** The number that a text is; `undefined` for other texts. */
export function numberOf(text: string): number | undefined {
  return text.length <= 32 && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

export function compareNumbers(comparison: Comparison, left: number, right: number): boolean {
  switch (comparison) {
    case 'lt':
      return left < right;
    case 'lte':
      return left <= right;
    case 'gt':
      return left > right;
    case 'gte':
      return left >= right;
    default:
      return left === right;
  }
}
