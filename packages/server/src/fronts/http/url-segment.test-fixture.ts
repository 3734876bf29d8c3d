import fc from 'fast-check';

/** A piece of a URL's path, rightly escaped or not: what `fc.webSegment()` means, which takes seconds to prepare. */
export const urlSegment: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(..."aZ09-._~!$&'()*+,;=:@".split(''), '%2F', '%00', '%c3%a9', '%zz', '%'),
  maxLength: 8,
});
