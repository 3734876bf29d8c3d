export { decodeBase64, encodeBase64 } from './base64.ts';
export { concatBytes, equalBytes, firstDifference } from './bytes.ts';
export { encodeHex } from './hex.ts';
export { bitAt, isSize, parseSize, uint64 } from './integers.ts';
export { decodeUtf8, encodeUtf8 } from './utf8.ts';
