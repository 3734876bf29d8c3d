import { InvalidArgumentError } from 'commander';

/** A number of an option, from 1 on. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^[0-9]{1,9}$/.test(text) || count < 1) throw new InvalidArgumentError('It is a number from 1 on.');
  return count;
}
