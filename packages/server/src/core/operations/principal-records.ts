import { sha256Hex } from '../crypto/index.ts';
import { principalId, type PrincipalRecord } from '../identity/index.ts';
import type { Attempt } from './attempt.ts';

/** What a user or role is stored by. */
export function idOf({ account, name, type }: Pick<PrincipalRecord, 'account' | 'name' | 'type'>): string {
  return principalId(account, type === 'role' ? 'role' : 'user', name);
}

/** Declares the principal's new record as an effect. */
export function writePrincipal(attempt: Attempt, record: PrincipalRecord): void {
  attempt.write(`principal:${idOf(record)}`, record);
}

/** Keeps a policy's text under its hash, which is what events name it by. */
export function writePolicyDocument(attempt: Attempt, document: string): string {
  const hash = sha256Hex(document);
  attempt.write(`document:${hash}`, document);
  return hash;
}
