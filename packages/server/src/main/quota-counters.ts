import { sha256Hex } from '../core/crypto/index.ts';
import { AWS_REQUEST_QUOTAS, type Counted, type RequestQuotas } from '../core/operations/index.ts';
import { SettingsError } from './settings/index.ts';

/** How fast requests may come, as the settings say. */
export interface QuotaRates {
  /** Requests per second of an account in a Region, by quota; what is not here has none. */
  readonly perAccount: Readonly<Record<string, number>>;
  /** How much of that one principal may take, percent; 0 is all of it. */
  readonly principalPercent: number;
}

const SLOTS = 65_536;
/** Slots that are looked at for a counter. When all of them are taken, nothing is counted, and nobody refused. */
const PROBES_MAX = 16;
const NS_PER_SECOND = 1_000_000_000n;
const NS_PER_MS = 1_000_000;
const ENTRY_WORDS = 2;

/**
 * Reads the setting `request-quotas`: `0` for none, `aws` for AWS's own, or a list of `NAME=RATE`, with which AWS's own
 * are changed; a rate of 0 takes a quota away.
 *
 * @throws SettingsError
 */
export function readQuotaRates(text: string, principalPercent: number): QuotaRates | undefined {
  if (principalPercent > 100) throw new SettingsError('the setting `principal-quota-percent` is at most 100');
  if (text === '0') return undefined;
  const rates: Record<string, number> = { ...AWS_REQUEST_QUOTAS };
  for (const one of text === 'aws' ? [] : text.split(',')) {
    const [, name = '', rate] = /^\s*([A-Za-z0-9_-]+)=([0-9]{1,7})\s*$/.exec(one) ?? [];
    if (rate === undefined || !Object.hasOwn(rates, name)) {
      throw new SettingsError(`the setting \`request-quotas\` has \`${one}\`, which is no quota and rate`);
    }
    rates[name] = Number(rate);
  }
  return { perAccount: rates, principalPercent };
}

/** Memory for the counters of all threads. */
export function allocateQuotas(): SharedArrayBuffer {
  return new SharedArrayBuffer(SLOTS * ENTRY_WORDS * BigInt64Array.BYTES_PER_ELEMENT);
}

/**
 * Request quotas that all front threads count together, so that a client gets its rate whichever connections it comes
 * over. Each counter is a token bucket of one second's tokens, kept as the instant at which it will be full again (the
 * "generic cell rate algorithm"): one word, changed by compare and exchange.
 */
export class SharedQuotas implements RequestQuotas {
  readonly #words: BigInt64Array;
  readonly #rates: QuotaRates;
  readonly #nowMs: () => number;
  readonly #names = new Map<string, bigint>();

  /** @param nowMs a clock that all threads read alike, with fractions */
  constructor(memory: SharedArrayBuffer, rates: QuotaRates, nowMs: () => number) {
    this.#words = new BigInt64Array(memory);
    this.#rates = rates;
    this.#nowMs = nowMs;
  }

  take({ account, principalArn, quota, region = '' }: Counted): boolean {
    const rate = this.#rates.perAccount[quota] ?? 0;
    if (rate === 0) return true;
    const nowNs = BigInt(Math.round(this.#nowMs() * NS_PER_MS));
    const { principalPercent } = this.#rates;
    if (principalPercent > 0) {
      const own = Math.max(1, (rate * principalPercent) / 100);
      if (!this.#takeOne(`${quota}\0${region}\0${principalArn}`, own, nowNs)) return false;
    }
    return this.#takeOne(`${quota}\0${region}\0${account}`, rate, nowNs);
  }

  #takeOne(name: string, perSecond: number, nowNs: bigint): boolean {
    const slot = this.#slotOf(this.#hashOf(name), nowNs);
    if (slot === undefined) return true;
    const interval = BigInt(Math.floor(Number(NS_PER_SECOND) / perSecond));
    for (;;) {
      const full = Atomics.load(this.#words, slot + 1);
      const next = (full > nowNs ? full : nowNs) + interval;
      if (next - nowNs > NS_PER_SECOND && next - nowNs > interval) return false;
      if (Atomics.compareExchange(this.#words, slot + 1, full, next) === full) return true;
    }
  }

  /** The slot of a counter, taken if it has none: a free one, or one whose bucket is full, which says nothing. */
  #slotOf(hash: bigint, nowNs: bigint): number | undefined {
    const first = Number(BigInt.asUintN(32, hash)) % SLOTS;
    const slots = Array.from({ length: PROBES_MAX }, (_, probe) => ((first + probe) % SLOTS) * ENTRY_WORDS);
    const own = slots.find((slot) => Atomics.load(this.#words, slot) === hash);
    if (own !== undefined) return own;
    for (const slot of slots) {
      const holder = Atomics.load(this.#words, slot);
      if (holder !== 0n && Atomics.load(this.#words, slot + 1) > nowNs) continue;
      if (Atomics.compareExchange(this.#words, slot, holder, hash) === holder) return slot;
    }
    return undefined;
  }

  /** 64 bits of a hash, never 0: two counters share one by chance of 1 in 2^64. */
  #hashOf(name: string): bigint {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const hash = BigInt.asIntN(64, BigInt(`0x${sha256Hex(name).slice(0, 16)}`)) | 1n;
    if (this.#names.size >= SLOTS) this.#names.clear();
    this.#names.set(name, hash);
    return hash;
  }
}
