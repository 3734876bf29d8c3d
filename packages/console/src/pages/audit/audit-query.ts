import type { EventFilters, Outcome } from '@keywitness/api';

/** Filters of the audit page, in the order of their chips, and what they are called. `from` and `to` have fields of their own. */
export const filterLabels = {
  text: 'Words',
  principal: 'Principal',
  action: 'Action',
  operation: 'Operation',
  key: 'Key',
  asset: 'Asset',
  outcome: 'Outcome',
  errorCode: 'Error',
  source: 'Address',
  userAgent: 'User agent',
  credential: 'Access key',
  session: 'Session',
  issuer: 'Issuer',
  subject: 'Subject',
  account: 'Account',
  material: 'Key material',
  request: 'Request',
  incident: 'Incident',
  ciphertext: 'Ciphertext',
} as const;

/** A filter by the name that it has in the address and in the API. */
export type FilterName = keyof typeof filterLabels;

/** Their names. */
export const filterNames: readonly FilterName[] = Object.keys(filterLabels).filter(isFilterName);

/** Whether it is the name of a filter. */
export function isFilterName(name: string): name is FilterName {
  return Object.hasOwn(filterLabels, name);
}

/** Spans up to now that can be asked for by one word. */
const ranges = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
} as const;

export type RangeName = keyof typeof ranges;

/** What the audit page is asked for by its address. */
export interface AuditQuery {
  readonly filters: Readonly<Partial<Record<FilterName, string>>>;
  /** RFC 3339. */
  readonly from?: string;
  readonly to?: string;
  /** In place of `from` and `to`: so much time up to now. */
  readonly range?: RangeName;
  readonly order: 'newest' | 'oldest';
}

const outcomes: readonly string[] = ['success', 'denied', 'error', 'throttled'];

/** Reads an address; what it cannot mean is left out. */
export function readAuditQuery(params: URLSearchParams): AuditQuery {
  const filters: Partial<Record<FilterName, string>> = {};
  for (const name of filterNames) {
    const value = params.get(name)?.trim() ?? '';
    if (isPossible(name, value)) filters[name] = value;
  }
  const range = params.get('range') ?? '';
  const [from, to] = [instantIn(params.get('from')), instantIn(params.get('to'))];
  return {
    filters,
    order: params.get('order') === 'oldest' ? 'oldest' : 'newest',
    ...(isRange(range)
      ? { range }
      : { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }),
  };
}

function isPossible(name: FilterName, value: string): boolean {
  if (name === 'outcome') return outcomes.includes(value);
  if (name === 'asset') return value.indexOf('=') > 0;
  return name === 'text' ? /[\p{L}\p{N}]/u.test(value) : value !== '';
}

function isRange(text: string): text is RangeName {
  return Object.hasOwn(ranges, text);
}

function isOutcome(text: string | undefined): text is Outcome {
  return text !== undefined && outcomes.includes(text);
}

function instantIn(text: string | null): string | undefined {
  const timeMs = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : new Date(timeMs).toISOString();
}

/** The filters as the API takes them. A range ends at `nowMs`, which is left open so that what comes next is there as well. */
export function apiFilters({ filters, from, to, range }: AuditQuery, nowMs: number): EventFilters {
  const { asset, outcome, ...texts } = filters;
  const split = asset?.indexOf('=') ?? -1;
  const start = range === undefined ? from : new Date(nowMs - ranges[range]).toISOString();
  return {
    ...texts,
    ...(isOutcome(outcome) ? { outcome } : {}),
    ...(asset === undefined ? {} : { asset: { name: asset.slice(0, split), value: asset.slice(split + 1) } }),
    ...(start === undefined ? {} : { from: start }),
    ...(to === undefined ? {} : { to }),
  };
}

const optionNames: Readonly<Partial<Record<FilterName, string>>> = {
  errorCode: 'error-code',
  userAgent: 'user-agent',
};

/** Filters that the command line does not have. */
const notInCommand: readonly FilterName[] = ['material', 'request', 'incident', 'ciphertext'];

/** The words of `keywitness audit list` with the same filters; and those filters that it does not have. */
export function commandWords({ filters, from, to, range, order }: AuditQuery): {
  readonly words: readonly string[];
  readonly missing: readonly FilterName[];
} {
  const given = filterNames.filter((name) => filters[name] !== undefined);
  const known = given.filter((name) => !notInCommand.includes(name));
  return {
    words: [
      ...known.flatMap((name) => [`--${optionNames[name] ?? name}`, filters[name] ?? '']),
      ...(range === undefined ? [] : ['--since', range]),
      ...(from === undefined ? [] : ['--from', from]),
      ...(to === undefined ? [] : ['--to', to]),
      ...(order === 'oldest' ? ['--oldest'] : []),
    ],
    missing: given.filter((name) => notInCommand.includes(name)),
  };
}
