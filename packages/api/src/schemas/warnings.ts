import * as v from 'valibot';
import type { Schema } from './reading.ts';

/** What is likely not meant by a policy. */
export interface PolicyWarning {
  /** Stable, for example `wildcard-action`. */
  readonly code: string;
  readonly message: string;
  /** The position of the statement, from 0. */
  readonly statementIndex?: number;
  readonly sid?: string;
}

export const policyWarningsSchema: Schema<readonly PolicyWarning[]> = v.array(
  v.object({
    code: v.string(),
    message: v.string(),
    statementIndex: v.exactOptional(v.number()),
    sid: v.exactOptional(v.string()),
  }),
);
