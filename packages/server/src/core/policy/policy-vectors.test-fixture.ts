import assert from 'node:assert/strict';
import type { Grant, PolicyKind } from './index.ts';

/** A request, the policies that have a say in it, and what must be decided. */
export interface DecisionVector {
  readonly name: string;
  readonly key?: object;
  readonly trust?: object;
  readonly identity?: readonly object[];
  readonly boundary?: object;
  readonly session?: readonly object[];
  readonly organization?: readonly (readonly object[])[];
  readonly grants?: readonly Grant[];
  readonly request: {
    readonly action: string;
    readonly principal: string;
    readonly role?: string;
    readonly service?: string;
    readonly federated?: string;
    readonly resource: string;
    readonly conditions: Readonly<Record<string, readonly string[]>>;
  };
  readonly expected: {
    readonly effect: string;
    readonly policyKind: string;
    readonly policy?: string;
    readonly statement?: string;
    readonly via?: string;
    readonly message?: string;
  };
}

/** A text that must not be read. */
interface RefusedVector {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly text: string;
  readonly message: string;
}

interface PolicyVectors {
  readonly decisions: readonly DecisionVector[];
  readonly refused: readonly RefusedVector[];
}

/** Takes the text of `spec/vectors/policy.json`. */
export function parsePolicyVectors(text: string): PolicyVectors {
  const vectors: unknown = JSON.parse(text);
  assert.ok(isVectors(vectors), 'the vectors are not in the form that this test reads');
  return vectors;
}

function isVectors(value: unknown): value is PolicyVectors {
  return typeof value === 'object' && value !== null && 'decisions' in value && 'refused' in value;
}
