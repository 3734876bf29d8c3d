import { sha256Hex } from '../../crypto/index.ts';

/** What a job id stands for. */
export interface Job {
  /** {@link referenceOf} the entity that was asked about. */
  readonly reference: string;
  readonly createdAtMs: number;
  readonly isByAction: boolean;
}

const REFERENCE_DIGITS = 20;
const SECONDS_DIGITS = 8;
const CHECK_DIGITS = 3;
const JOB_ID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/;

/** A short name of an entity that is not given to anybody else later: 80 bits of a hash of its unique id. */
export function referenceOf({ uniqueId }: { readonly uniqueId: string }): string {
  return sha256Hex(uniqueId).slice(0, REFERENCE_DIGITS);
}

/**
 * Writes a job as a job id, which has the form of a UUID. Nothing is kept: the id says it all, and whoever shows it is
 * asked again whether they may ask for it.
 */
export function writeJobId(account: string, { createdAtMs, isByAction, reference }: Job): string {
  const seconds = Math.floor(createdAtMs / 1000)
    .toString(16)
    .padStart(SECONDS_DIGITS, '0');
  const said = `${reference}${seconds}${isByAction ? '1' : '0'}`;
  const digits = `${said}${checkOf(account, said)}`;
  const parts = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20)];
  return [...parts, digits.slice(20)].join('-');
}

/** Reads a job id; `undefined` when it was not written here, or for another account. */
export function readJobId(account: string, jobId: string): Job | undefined {
  const [, ...parts] = JOB_ID.exec(jobId) ?? [];
  const digits = parts.join('');
  const said = digits.slice(0, -CHECK_DIGITS);
  const granularity = said.slice(REFERENCE_DIGITS + SECONDS_DIGITS);
  if (granularity !== '0' && granularity !== '1') return undefined;
  if (digits.slice(-CHECK_DIGITS) !== checkOf(account, said)) return undefined;
  return {
    reference: said.slice(0, REFERENCE_DIGITS),
    createdAtMs: Number.parseInt(said.slice(REFERENCE_DIGITS, -1), 16) * 1000,
    isByAction: granularity === '1',
  };
}

function checkOf(account: string, said: string): string {
  return sha256Hex(`${account}/${said}`).slice(0, CHECK_DIGITS);
}
