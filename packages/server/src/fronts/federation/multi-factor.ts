/**
 * Methods of RFC 8176 by the kind of factor that they prove. Methods that are no factor of their own are left out:
 * `geo`, `rba`, `user`, `wia`, `mca` (two channels may carry one factor) and `pop` (a key of the client's, not of the
 * person's).
 */
const factors: ReadonlyMap<string, 'knowledge' | 'possession' | 'inherence'> = new Map([
  ...(['pwd', 'pin', 'kba'] as const).map((method) => [method, 'knowledge'] as const),
  ...(['otp', 'hwk', 'swk', 'sc', 'sms', 'tel'] as const).map((method) => [method, 'possession'] as const),
  ...(['face', 'fpt', 'iris', 'retina', 'vbm'] as const).map((method) => [method, 'inherence'] as const),
]);

/**
 * Whether authentication methods (the claim `amr`, RFC 8176) are multi-factor: the issuer says so with `mfa`, or names
 * methods of at least two kinds. Two passwords are one factor, and so is a security key by itself.
 */
export function isMultiFactor(methods: readonly string[]): boolean {
  const kinds = new Set(methods.map((method) => factors.get(method)).filter((kind) => kind !== undefined));
  return methods.includes('mfa') || kinds.size > 1;
}
