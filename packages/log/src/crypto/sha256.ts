const blockBytes = 64;
const initial = Uint32Array.from([2, 3, 5, 7, 11, 13, 17, 19], (prime) => fraction(Math.sqrt(prime)));
const roundConstants = Uint32Array.from(firstPrimes(64), (prime) => fraction(Math.cbrt(prime)));

/**
 * SHA-256 (FIPS 180-4), 32 bytes. For browsers, where Web Crypto hashes only asynchronously; in Node the hasher of
 * `@keywitness/log/node` is several times faster.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const state = initial.slice();
  const schedule = new Uint32Array(64);
  const fullBytes = bytes.length - (bytes.length % blockBytes);
  for (let offset = 0; offset < fullBytes; offset += blockBytes) compress(state, schedule, bytes, offset);
  const tail = paddedTail(bytes, fullBytes);
  for (let offset = 0; offset < tail.length; offset += blockBytes) compress(state, schedule, tail, offset);
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  for (const [index, word] of state.entries()) view.setUint32(4 * index, word);
  return digest;
}

/** The last bytes, the bit 1, zeros, and the length in bits as 64 bits: one block or two (FIPS 180-4, 5.1.1). */
function paddedTail(bytes: Uint8Array, fullBytes: number): Uint8Array {
  const rest = bytes.length - fullBytes;
  const tail = new Uint8Array(rest + 9 <= blockBytes ? blockBytes : 2 * blockBytes);
  tail.set(bytes.subarray(fullBytes));
  tail[rest] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, 8n * BigInt(bytes.length));
  return tail;
}

/** One round of the hash over one block of 64 bytes (FIPS 180-4, 6.2.2). */
function compress(state: Uint32Array, schedule: Uint32Array, bytes: Uint8Array, offset: number): void {
  expand(schedule, bytes, offset);
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < 64; round += 1) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + sum1 + choice + (roundConstants[round] ?? 0) + (schedule[round] ?? 0)) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + sum0 + majority) | 0;
  }
  const next = [a, b, c, d, e, f, g, h];
  for (const [index, word] of next.entries()) state[index] = (state[index] ?? 0) + word;
}

function expand(schedule: Uint32Array, bytes: Uint8Array, offset: number): void {
  for (let index = 0; index < 16; index += 1) {
    const at = offset + 4 * index;
    schedule[index] =
      ((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0);
  }
  for (let index = 16; index < 64; index += 1) {
    const near = schedule[index - 2] ?? 0;
    const far = schedule[index - 15] ?? 0;
    const sigma1 = rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10);
    const sigma0 = rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3);
    schedule[index] = sigma1 + (schedule[index - 7] ?? 0) + sigma0 + (schedule[index - 16] ?? 0);
  }
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 32 bits of the fraction of a root. A double carries them exactly enough for primes up to 311. */
function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}
