import fc from 'fast-check';

const surrogatesFrom = 0xd800;
const surrogatesCount = 0x800;

/**
 * Any character of Unicode, as a string: what `unit: 'binary'` of fast-check means, which takes a second to prepare.
 * It can be told from a string too, so that fast-check goes on to slip in its dangerous words, like `__proto__`.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat(0x10ffff - surrogatesCount).map(
  (place) => String.fromCodePoint(place < surrogatesFrom ? place : place + surrogatesCount),
  (character) => {
    const point = typeof character === 'string' ? character.codePointAt(0) : undefined;
    if (point === undefined || String.fromCodePoint(point) !== character) {
      throw new Error('not one character');
    }
    return point < surrogatesFrom ? point : point - surrogatesCount;
  },
);
