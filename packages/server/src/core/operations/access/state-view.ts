import type { AccountRecord, OrganizationRecord } from '../../identity/index.ts';
import type { Key, KeyName } from '../../keys/index.ts';
import type { StoredGroup, StoredPolicy, StoredPrincipal } from '../principal.ts';
import { type Replica, View } from '../replica.ts';

/** Records that stand in the place of those of the state, by the names that the state has them under. */
export interface Replacements {
  readonly keys?: ReadonlyMap<KeyName, Key>;
  readonly principals?: ReadonlyMap<string, StoredPrincipal>;
  readonly groups?: ReadonlyMap<string, StoredGroup>;
  readonly policies?: ReadonlyMap<string, StoredPolicy>;
  readonly accounts?: ReadonlyMap<string, AccountRecord>;
  readonly organization?: OrganizationRecord;
}

/**
 * The state for analysis: with some records replaced, if wanted, and without remembering what was looked at. Nothing
 * is ever committed on what it shows.
 */
export class StateView extends View {
  readonly #replacements: Replacements;

  constructor(replica: Replica, replacements: Replacements = {}) {
    super(replica, replica.revision);
    this.#replacements = replacements;
  }

  override key(name: KeyName): Key | undefined {
    return this.#replacements.keys?.get(name) ?? this.peek.key(name);
  }

  override principal(id: string): StoredPrincipal | undefined {
    return this.#replacements.principals?.get(id) ?? this.peek.principals.get(id);
  }

  override group(id: string): StoredGroup | undefined {
    return this.#replacements.groups?.get(id) ?? this.peek.groups.get(id);
  }

  override policy(arn: string): StoredPolicy | undefined {
    return this.#replacements.policies?.get(arn) ?? this.peek.policies.get(arn);
  }

  override account(id: string): AccountRecord | undefined {
    return this.#replacements.accounts?.get(id) ?? this.peek.accounts.get(id);
  }

  override organization(): OrganizationRecord | undefined {
    return this.#replacements.organization ?? this.peek.organization;
  }

  /** Ids of all principals. */
  principalIds(): readonly string[] {
    return [...this.peek.principals.keys()];
  }
}
