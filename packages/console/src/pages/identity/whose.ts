import { parseArn } from '../../formats/index.ts';

/** Who an address is about. */
export type Whose =
  /** A user or service of this account. */
  | { readonly kind: 'principal'; readonly name: string; readonly arn: string }
  | { readonly kind: 'role'; readonly name: string; readonly arn: string }
  /** Of another account, or no identity at all: the record may know it all the same. */
  | { readonly kind: 'other'; readonly name: string; readonly arn: string };

/** Reads what stands in an address: a name, or an ARN. Some of its characters may still be escaped; neither has a `%`. */
export function whoseOf(place: string, accountId: string): Whose {
  const text = unescaped(place);
  const parts = parseArn(text);
  if (parts === undefined) {
    return { kind: 'principal', name: text, arn: `arn:aws:iam::${accountId}:user/${text}` };
  }
  const name = parts.name.slice(parts.name.lastIndexOf('/') + 1);
  if (parts.service !== 'iam' || parts.account !== accountId) return { kind: 'other', name, arn: text };
  if (parts.type === 'user') return { kind: 'principal', name, arn: text };
  return { kind: parts.type === 'role' ? 'role' : 'other', name, arn: text };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
