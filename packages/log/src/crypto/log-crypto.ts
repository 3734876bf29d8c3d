/** SHA-256, the one hash of tlog-tiles. */
export interface LogHasher {
  /** SHA-256 (FIPS 180-4) of `bytes`: 32 bytes that the caller may keep and change. */
  sha256(bytes: Uint8Array): Uint8Array;

  /** Optional, for speed: writes the same 32 bytes to `target` at `offset`. */
  sha256Into?(bytes: Uint8Array, target: Uint8Array, offset: number): void;

  /**
   * Optional, for speed: hashes neighbours of a Merkle tree. For each `i` below `pairs` it writes
   * SHA-256(0x01 || 64 bytes of `nodes` at `from + 64 * i`) to `nodes` at `to + 32 * i`. The two ranges do not
   * overlap. It may change other bytes of `nodes` on the way but must restore them.
   */
  hashPairs?(nodes: Uint8Array, from: number, to: number, pairs: number): void;

  /**
   * Optional, for speed: hashes the entries of a bundle. For each `i` below `count` it writes
   * SHA-256(0x00 || the bytes of `bundle` from `starts[i]` to before `ends[i]`) to `target` at `offset + 32 * i`.
   * Every start is above 0. It may change other bytes of `bundle` on the way but must restore them.
   */
  hashEntries?(
    bundle: Uint8Array,
    starts: Uint32Array,
    ends: Uint32Array,
    count: number,
    target: Uint8Array,
    offset: number,
  ): void;
}

/** What verification needs: the hash, and the two signature algorithms of a Keywitness log. */
export interface LogCrypto extends LogHasher {
  /** Ed25519 (RFC 8032) with a public key of 32 bytes. Never throws: bytes that are no key or signature are `false`. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;

  /** ML-DSA-44 (FIPS 204) with a public key of 1312 bytes and an empty context. Never throws, as above. */
  verifyMlDsa44(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}
