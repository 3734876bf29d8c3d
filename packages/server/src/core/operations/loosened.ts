import type { EventChange } from '../audit/index.ts';
import {
  type Loosening,
  looseningsOf,
  parsePolicy,
  type PolicyDocument,
  PolicyError,
  type PolicyKind,
} from '../policy/index.ts';

/** Two texts of one policy; absent where there is no policy. */
export interface PolicyChange {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/**
 * How a change of a policy gives more than before, for the record, where the rule `policy-loosened` finds it; `undefined` when it
 * does not.
 *
 * @param account whose policy it is
 */
export function loosenedBy(
  { after, before }: PolicyChange,
  kind: PolicyKind,
  account: string,
): readonly Loosening[] | undefined {
  const found = looseningsOf(read(before, kind), read(after, kind), account);
  return found.length === 0 ? undefined : found;
}

/** What a change says after a policy was taken away, if that gives more than before. */
export function loosening(ways: readonly Loosening[] | undefined): Pick<EventChange, 'after'> {
  return ways === undefined ? {} : { after: { loosened: ways } };
}

/** What cannot be read allows nothing: it was stored by a version that read it otherwise, or is about to be refused. */
function read(text: string | undefined, kind: PolicyKind): PolicyDocument | undefined {
  if (text === undefined) return undefined;
  try {
    return parsePolicy(text, kind);
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}
