import type { StateChange } from '../../audit/index.ts';
import { type KeyName, keyName } from '../../keys/index.ts';
import { Replica } from '../replica.ts';

/** Two accounts of a small deployment. */
export const HOME = '111122223333';
export const OTHER = '444455556666';
export const PLACE: { readonly account: string; readonly region: string } = {
  account: HOME,
  region: 'eu-central-1',
};

/** A statement as policies write it. */
export type Written = Readonly<Record<string, unknown>>;

/** A policy of these statements. */
export function policy(...statements: readonly Written[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** Allows actions on everything. */
export function allow(...actions: readonly string[]): Written {
  return { Effect: 'Allow', Action: actions, Resource: '*' };
}

export function userArn(name: string, account: string = HOME): string {
  return `arn:aws:iam::${account}:user/${name}`;
}

export function roleArn(name: string, account: string = HOME): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/** The id of a key by its number. */
export function keyId(number: number): KeyName {
  return keyName({ id: `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000` });
}

export function keyArn(number: number, account: string = HOME): string {
  return `arn:aws:kms:${PLACE.region}:${account}:key/${keyId(number)}`;
}

/** A user or role that differs from the usual one. */
interface Holder {
  readonly account?: string;
  readonly policies?: readonly string[];
  readonly attached?: readonly string[];
  readonly groups?: readonly string[];
  readonly boundary?: string;
  readonly disabled?: boolean;
  readonly trust?: string;
}

/** Collects the records of a state. */
export class SmallState {
  readonly #changes: StateChange[] = [];

  constructor() {
    for (const id of [HOME, OTHER]) {
      this.put(`account:${id}`, { id, name: id, createdAtMs: 0, guardrails: [] });
    }
    this.put('organization:main', {
      id: 'o-1',
      managementAccount: HOME,
      auditAccount: HOME,
      guardrails: [],
    });
  }

  put(subject: string, record: object): this {
    const revision = this.#changes.length + 1;
    this.#changes.push({ subject, revision, record: JSON.stringify(record) });
    return this;
  }

  user(name: string, holder: Holder = {}): this {
    const record = this.#holder(name, holder, 'user');
    return this.put(`principal:${userArn(name, holder.account)}`, {
      ...record,
      type: 'user',
      groups: holder.groups,
    });
  }

  role(name: string, holder: Holder = {}): this {
    const record = this.#holder(name, holder, 'role');
    const trustPolicy = holder.trust ?? policy();
    return this.put(`principal:${roleArn(name, holder.account)}`, {
      ...record,
      type: 'role',
      trustPolicy,
      description: '',
      maxSessionSeconds: 3600,
    });
  }

  managed(name: string, document: string, account: string = HOME): string {
    const arn = `arn:aws:iam::${account}:policy/${name}`;
    this.put(`policy:${arn}`, {
      arn,
      account,
      name,
      path: '/',
      uniqueId: name,
      description: '',
      createdAtMs: 0,
      updatedAtMs: 0,
      versions: [{ id: 'v1', document, createdAtMs: 0 }],
      defaultVersionId: 'v1',
      lastVersion: 1,
      tags: [],
    });
    return arn;
  }

  key(number: number, document: string, account: string = HOME): this {
    return this.put(`key:${keyId(number)}`, {
      id: keyId(number),
      arn: keyArn(number, account),
      account,
      createdAtMs: 0,
      description: '',
      spec: 'SYMMETRIC_DEFAULT',
      usage: 'ENCRYPT_DECRYPT',
      origin: 'AWS_KMS',
      enabled: true,
      policy: document,
      tags: [{ key: 'team', value: 'blue' }],
      materials: [],
    });
  }

  changes(): readonly StateChange[] {
    return this.#changes;
  }

  replica(): Replica {
    return new Replica(this.#changes);
  }

  #holder(name: string, holder: Holder, kind: 'user' | 'role'): object {
    const { account = HOME, attached, boundary, disabled = false, policies = [] } = holder;
    return {
      arn: `arn:aws:iam::${account}:${kind}/${name}`,
      account,
      name,
      uniqueId: `ID-${account}-${name}`,
      createdAtMs: 0,
      disabled,
      policies: policies.map((document, index) => ({ name: `inline-${index}`, document })),
      attached,
      boundary,
    };
  }
}
