import { Failure } from '../failure.ts';

/** Reads how many of `count` are enough. @throws Failure for what is no such number. */
export function readQuorum(quorum: string, count: number, ofWhat: 'witnesses' | 'mirrors'): number {
  const wanted = /^[0-9]{1,3}$/.test(quorum) ? Number(quorum) : undefined;
  if (wanted !== undefined && wanted <= count) return wanted;
  throw new Failure('usage', `a quorum of \`${quorum}\` cannot be had from \`${count}\` ${ofWhat}`);
}
