import { type Bound, describeDuration } from '../language/index.ts';

const operators: Readonly<Record<Bound['operator'], string>> = {
  gt: 'more than',
  gte: 'at least',
  lt: 'less than',
  lte: 'at most',
  eq: 'exactly',
  neq: 'other than',
};

/** `at least 5 and at most 10`. */
export function describeBounds(bounds: readonly Bound[]): string {
  return bounds.map(({ operator, number }) => `${operators[operator]} ${number}`).join(' and ');
}

/** `within 5 minutes`. */
export function within(spanMs: number): string {
  return `within ${describeDuration(spanMs)}`;
}

/** `1 attempt`, `5 attempts`. */
export function attempts(count: number): string {
  return `${count} attempt${count === 1 ? '' : 's'}`;
}

/** A figure that people can read. */
export function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

export function meets(bounds: readonly Bound[], value: number): boolean {
  for (const { operator, number } of bounds) {
    if (!compare(operator, value, number)) return false;
  }
  return true;
}

function compare(operator: Bound['operator'], left: number, right: number): boolean {
  switch (operator) {
    case 'gt':
      return left > right;
    case 'gte':
      return left >= right;
    case 'lt':
      return left < right;
    case 'lte':
      return left <= right;
    case 'eq':
      return left === right;
    case 'neq':
      return left !== right;
  }
}
