import type { CredentialSummary, PrincipalSummary } from '@keywitness/api';
import { type XmlElement, xmlAt, xmlText } from '../../formats/index.ts';

/** Somebody or something that can act. */
export interface IdentityRow {
  readonly arn: string;
  readonly name: string;
  readonly kind: 'user' | 'service' | 'role';
  /** RFC 3339. */
  readonly createdAt: string;
  readonly disabled: boolean;
  /** Absent when there never was a use, and for roles, of whose sessions the list does not tell. */
  readonly lastUsedAt?: string | undefined;
  readonly policyNames: readonly string[];
  /** Access keys, and how many of them work; absent where it is not known. */
  readonly credentials?: { readonly all: number; readonly enabled: number } | undefined;
}

const dormantMs = 90 * 86_400_000;

/** Whether it did nothing for 90 days, and was there for that long. Of roles it cannot be told from the list. */
export function isDormant({ createdAt, kind, lastUsedAt }: IdentityRow, nowMs: number): boolean {
  return kind !== 'role' && nowMs - Date.parse(lastUsedAt ?? createdAt) >= dormantMs;
}

/** Users and services, each with its access keys where these are known. */
export function rowsOfPrincipals(
  principals: readonly PrincipalSummary[],
  credentials: readonly CredentialSummary[] | undefined,
): readonly IdentityRow[] {
  const counts = new Map<string, { all: number; enabled: number }>();
  for (const { disabled, principalArn } of credentials ?? []) {
    const count = counts.get(principalArn) ?? { all: 0, enabled: 0 };
    count.all += 1;
    if (!disabled) count.enabled += 1;
    counts.set(principalArn, count);
  }
  return principals.map(({ arn, createdAt, disabled, lastUsedAt, name, policyNames, type }) => ({
    arn,
    name,
    kind: type,
    createdAt,
    disabled,
    lastUsedAt,
    policyNames,
    credentials: credentials === undefined ? undefined : (counts.get(arn) ?? { all: 0, enabled: 0 }),
  }));
}

/** Roles, from IAM's `ListRoles`. */
export function rowsOfRoles(result: XmlElement): readonly IdentityRow[] {
  const members = xmlAt(result, 'Roles')?.children ?? [];
  return members.map((role) => ({
    arn: xmlText(role, 'Arn') ?? '',
    name: xmlText(role, 'RoleName') ?? '',
    kind: 'role',
    createdAt: xmlText(role, 'CreateDate') ?? '',
    disabled: false,
    policyNames: [],
  }));
}

/** Which identities are shown. */
export interface IdentityFilter {
  readonly kind: 'all' | IdentityRow['kind'];
  readonly state: 'all' | 'active' | 'dormant' | 'disabled';
  readonly text: string;
}

export function isShown(row: IdentityRow, { kind, state, text }: IdentityFilter, nowMs: number): boolean {
  if (kind !== 'all' && row.kind !== kind) return false;
  if (state === 'disabled' && !row.disabled) return false;
  if (state === 'dormant' && (row.disabled || !isDormant(row, nowMs))) return false;
  if (state === 'active' && (row.disabled || isDormant(row, nowMs))) return false;
  return `${row.arn} ${row.policyNames.join(' ')}`.toLowerCase().includes(text.trim().toLowerCase());
}

/** What identities are sorted by. */
export const sortKeys = ['name', 'kind', 'lastUsed', 'created'] as const;

export type SortKey = (typeof sortKeys)[number];

/** Who was never used is older than whoever was used at any time. */
export function sorted(
  rows: readonly IdentityRow[],
  by: SortKey,
  isDescending: boolean,
): readonly IdentityRow[] {
  const compare = (a: IdentityRow, b: IdentityRow): number => {
    if (by === 'lastUsed') return timeOf(a.lastUsedAt) - timeOf(b.lastUsedAt);
    if (by === 'created') return timeOf(a.createdAt) - timeOf(b.createdAt);
    return by === 'kind' ? a.kind.localeCompare(b.kind) : 0;
  };
  const direction = isDescending ? -1 : 1;
  return rows.toSorted((a, b) => direction * (compare(a, b) || a.name.localeCompare(b.name)));
}

function timeOf(at: string | undefined): number {
  return at === undefined ? 0 : Date.parse(at);
}
