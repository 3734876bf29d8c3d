import type { PrincipalRecord } from '../identity/index.ts';
import { type CompiledPolicy, compileStoredPolicy } from '../policy/index.ts';

/** A principal with its policies compiled on first use. */
export interface Principal {
  readonly record: PrincipalRecord;
  /** The inline identity policies, compiled once per revision of the record. One that cannot be read denies everything. */
  policies(): readonly CompiledPolicy[];
}

/** Wraps a stored principal. */
export function principalFromRecord(record: PrincipalRecord): Principal {
  let compiled: readonly CompiledPolicy[] | undefined;
  return {
    record,
    policies(): readonly CompiledPolicy[] {
      compiled ??= record.policies.map(({ name, document }) =>
        compileStoredPolicy(document, 'identity', name),
      );
      return compiled;
    },
  };
}
