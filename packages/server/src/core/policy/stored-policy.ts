import { type CompiledPolicy, compilePolicy } from './compile.ts';
import type { PolicyNaming } from './decision.ts';
import type { PolicyKind, Statement } from './document.ts';
import { PolicyError } from './errors.ts';
import { parsePolicy } from './parse-policy.ts';

/** What decisions name when they come from a policy that cannot be read (`spec/policy.md`, "stored policies"). */
const UNREADABLE = 'unreadable policy';

/**
 * Reads and compiles a policy from the state. It was accepted when it was stored; if it cannot be read now, nobody
 * knows what it allows or denies, so it denies everything. The refusals are decided and recorded like any others.
 */
export function compileStoredPolicy(text: string, kind: PolicyKind, naming: PolicyNaming): CompiledPolicy {
  try {
    return compilePolicy(parsePolicy(text, kind), naming);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return compilePolicy({ kind, version: '2012-10-17', statements: [denyEverything(kind)] }, naming);
  }
}

function denyEverything(kind: PolicyKind): Statement {
  const everybody = { everybody: true, aws: [], services: [], federated: [], canonicalUsers: [] };
  const principal = kind === 'identity' ? {} : { principal: everybody };
  return { sid: UNREADABLE, effect: 'Deny', ...principal, actions: ['*'], conditions: [] };
}
