import {
  type ApplicablePolicies,
  type CompiledPolicy,
  compileGrant,
  compilePolicy,
  type Grant,
  parsePolicy,
  type PolicyKind,
} from './index.ts';
import type { ApplicableDocuments, NamedDocument } from './reference.test-model.ts';

/** The text of every policy, by the slot that it is in. */
export interface PolicyTexts {
  readonly quarantine: string | undefined;
  readonly identity: readonly string[];
  readonly resource: string | undefined;
  readonly boundary: string | undefined;
  readonly session: readonly string[] | undefined;
  readonly organization: readonly (readonly string[])[] | undefined;
  readonly grants: readonly Grant[] | undefined;
}

/** The same policies as they are read. */
export function readCase(texts: PolicyTexts): ApplicableDocuments {
  const read = (slot: string, kind: PolicyKind, text: string, index: number): NamedDocument => ({
    name: `${slot}-${index}`,
    document: parsePolicy(text, kind),
  });
  const list = (slot: string, of: readonly string[]): readonly NamedDocument[] =>
    of.map((text, index) => read(slot, 'identity', text, index));
  const { quarantine, identity, resource, boundary, session, organization, grants } = texts;
  return {
    quarantine: quarantine === undefined ? undefined : read('quarantine', 'identity', quarantine, 0),
    identity: list('identity', identity),
    resource: resource === undefined ? undefined : read('resource', 'key', resource, 0),
    boundary: boundary === undefined ? undefined : read('boundary', 'identity', boundary, 0),
    session: session === undefined ? undefined : list('session', session),
    organization: organization?.map((level, index) => list(`level-${index}`, level)),
    grants,
  };
}

/** The same policies as they are judged. */
export function compileCase(documents: ApplicableDocuments): ApplicablePolicies {
  const compile = ({ document, name }: NamedDocument): CompiledPolicy => compilePolicy(document, { name });
  const { quarantine, identity, resource, boundary, session, organization, grants } = documents;
  return {
    quarantine: quarantine === undefined ? undefined : compile(quarantine),
    identity: identity.map(compile),
    resource: resource === undefined ? undefined : compile(resource),
    boundary: boundary === undefined ? undefined : compile(boundary),
    session: session?.map(compile),
    organization: organization?.map((level) => level.map(compile)),
    grants: grants?.map(compileGrant),
  };
}
