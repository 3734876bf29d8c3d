import { parseArn } from '../formats/index.ts';

/** Filters of the audit page, by the names of the admin API's (`spec/admin-api.md`, "filters"). */
export type AuditFilters = Readonly<Record<string, string | undefined>>;

/** Addresses of pages, below `/console`. Every page that links to another one takes it from here. */
export const places = {
  overview: '/',
  keys: '/keys',
  identities: '/identities',
  incidents: '/incidents',
  audit(filters: AuditFilters = {}): string {
    return `/audit${queryOf(filters)}`;
  },
  /** Who accessed an asset: a pair of an encryption context, or its name alone. */
  access(asset?: { readonly name: string; readonly value: string }): string {
    return `/access${queryOf({ asset: asset === undefined ? undefined : `${asset.name}=${asset.value}` })}`;
  },
  event(eventId: string): string {
    return `/events/${encodeURIComponent(eventId)}`;
  },
  /** Of another Region than the first one, by its name. */
  key(keyId: string, part: '' | 'policy' | 'use' | 'rotation' | 'grants' = '', region?: string): string {
    return `/keys/${encodeURIComponent(keyId)}${part === '' ? '' : `/${part}`}${queryOf({ region })}`;
  },
  /** By its name, or by its ARN where it is of another account or a role. */
  identity(nameOrArn: string): string {
    return `/identities/${encodeURIComponent(nameOrArn)}`;
  },
  incident(incidentId: string): string {
    return `/incidents/${encodeURIComponent(incidentId)}`;
  },
  settings(section: string = 'channels'): string {
    return `/settings/${encodeURIComponent(section)}`;
  },
} as const;

/** What a part of an address stands for: the router leaves `/` and other separators in it escaped. */
export function textOfPart(part: string): string {
  return part.replaceAll(/%(?:23|24|26|2B|2C|2F|3A|3B|3D|3F|40)/gi, decodeURIComponent);
}

/** The page of what an ARN names, if it has one. */
export function placeOfArn(arn: string): string | undefined {
  const parts = parseArn(arn);
  if (parts === undefined) return undefined;
  if (parts.service === 'kms' && parts.type === 'key') return places.key(parts.name);
  if (parts.type === 'user') return places.identity(parts.name.slice(parts.name.lastIndexOf('/') + 1));
  if (parts.type === 'role') return places.identity(arn);
  if (parts.service === 'sts' && parts.type === 'assumed-role') {
    return places.identity(`arn:aws:iam::${parts.account}:role/${parts.name.split('/')[0] ?? ''}`);
  }
  return undefined;
}

function queryOf(filters: AuditFilters): string {
  const given = Object.entries(filters).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
