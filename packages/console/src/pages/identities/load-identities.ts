import type { ApiClient, CredentialSummary, PrincipalSummary } from '@keywitness/api';
import type { IamCaller } from '../../api/index.ts';
import { xmlText } from '../../formats/index.ts';
import { type IdentityRow, rowsOfRoles } from './identity-rows.ts';

/** A list of names is asked for as a whole, so that it can be filtered and sorted; up to so many. */
const identitiesMax = 10_000;
const pageItems = 1000;

/** All of them, or the first ten thousand. */
export interface Loaded<Item> {
  readonly items: readonly Item[];
  readonly isCut: boolean;
  /** The record did not tell in time when they were last used. */
  readonly lastUsesMissing: boolean;
}

export function loadPrincipals(client: ApiClient): Promise<Loaded<PrincipalSummary>> {
  return load(async (cursor) => {
    const { lastUsesMissing = false, next, principals } = await client.listPrincipalsPage(cursor);
    return { items: principals, next, lastUsesMissing };
  });
}

export function loadCredentials(client: ApiClient): Promise<Loaded<CredentialSummary>> {
  return load(async (cursor) => {
    const { credentials, next } = await client.listCredentialsPage(cursor);
    return { items: credentials, next, lastUsesMissing: false };
  });
}

export function loadRoles(iam: IamCaller): Promise<Loaded<IdentityRow>> {
  return load(async ({ cursor, limit }) => {
    const result = await iam('ListRoles', {
      MaxItems: String(limit),
      ...(cursor === undefined ? {} : { Marker: cursor }),
    });
    const next = xmlText(result, 'IsTruncated') === 'true' ? xmlText(result, 'Marker') : undefined;
    return { items: rowsOfRoles(result), next, lastUsesMissing: false };
  });
}

interface LoadedPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
  readonly lastUsesMissing: boolean;
}

async function load<Item>(
  ask: (page: { readonly limit: number; readonly cursor?: string }) => Promise<LoadedPage<Item>>,
): Promise<Loaded<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  let lastUsesMissing = false;
  do {
    // Each page says where the next one begins.
    const page = await ask({ limit: pageItems, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    lastUsesMissing ||= page.lastUsesMissing;
    cursor = page.next;
  } while (cursor !== undefined && items.length < identitiesMax);
  return { items, isCut: cursor !== undefined, lastUsesMissing };
}
