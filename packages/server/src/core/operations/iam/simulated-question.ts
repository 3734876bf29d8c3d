import { isDeleted, type Key, keyName } from '../../keys/index.ts';
import {
  type CompiledPolicy,
  type ConditionLookup,
  type DecisionTrace,
  traceDecision,
} from '../../policy/index.ts';
import { accessCase } from '../access-case.ts';
import type { AccessQuestion, Asker } from '../access-question.ts';
import type { Attempt } from '../attempt.ts';
import { storedRegion } from '../regions.ts';
import type { PolicySource } from './policy-sources.ts';
import type { SimulatedCaller } from './simulated-caller.ts';

/** What a simulation judges by. */
export interface Simulation {
  /** What keeps the principal from everything now. */
  readonly quarantine?: CompiledPolicy | undefined;
  readonly caller: SimulatedCaller;
  readonly identity: readonly PolicySource[];
  readonly boundary: PolicySource | undefined;
  /** Guardrails, level by level. */
  readonly organization: readonly (readonly CompiledPolicy[])[] | undefined;
  /** The policy of the resource, when the request has one. */
  readonly resource: PolicySource | undefined;
  /** The account that owns the resources, when the request says so. */
  readonly owner: string | undefined;
  /** Condition keys that the request answers, by name in lower case. */
  readonly given: Readonly<Record<string, readonly string[]>>;
}

/** One judged question. */
export interface SimulatedDecision {
  readonly trace: DecisionTrace;
  readonly lookup: ConditionLookup;
  /** The policy of the resource that had a say. */
  readonly resource: PolicySource | undefined;
  readonly isCrossAccount: boolean;
}

/** What is true of the simulation's own request, and of nobody's in the future. */
const TRANSPORT_KEYS: ReadonlySet<string> = new Set(['aws:securetransport', 'aws:sourceip', 'aws:useragent']);
const CALLER_KEYS = /^aws:(?:principal|userid$|username$)/;

/** Judges one question as decisions are judged, and tells what every statement had to say. */
export function judgeSimulated(
  attempt: Attempt,
  simulation: Simulation,
  action: string,
  resource: string,
): SimulatedDecision {
  const key = simulation.owner === undefined ? ownKey(attempt, resource) : undefined;
  const question: AccessQuestion = {
    permission: action,
    resource,
    resourceAccount: simulation.owner ?? attempt.account,
    conditions: simulation.given,
    ...(key === undefined ? {} : { key, grantOperation: action.slice(action.indexOf(':') + 1) }),
  };
  const asked = accessCase(askerOf(attempt, simulation), question, {
    quarantine: simulation.quarantine,
    identity: simulation.identity.map(({ policy }) => policy),
    boundary: simulation.boundary?.policy,
    session: undefined,
    organization: simulation.organization,
  });
  const source = simulation.resource ?? keySource(key);
  const lookup = withoutTransport(asked.request.conditions, simulation);
  const trace = traceDecision(
    { ...asked.request, conditions: lookup },
    { ...asked.policies, resource: source?.policy },
  );
  const { principal, resourceAccount } = asked.request;
  return { trace, lookup, resource: source, isCrossAccount: principal.account !== resourceAccount };
}

const KEY_ARN = /^arn:aws:kms:([a-z0-9-]+):([0-9]{12}):key\/(.+)$/;

/** Keys of the caller's own account take part with their policies and grants: see `spec/iam.md`, "simulation". */
function ownKey(attempt: Attempt, resource: string): Key | undefined {
  const [, region = '', account, id] = KEY_ARN.exec(resource) ?? [];
  if (id === undefined || account !== attempt.account) return undefined;
  const stored = storedRegion(attempt.place, region);
  const key = attempt.view.key(keyName({ id, region: stored }));
  if (key === undefined || isDeleted(key.record, attempt.nowMs)) return undefined;
  return key.record.account === attempt.account ? key : undefined;
}

function keySource(key: Key | undefined): PolicySource | undefined {
  if (key === undefined) return undefined;
  return { id: 'default', type: 'resource', text: key.record.policy, policy: key.policy() };
}

function askerOf({ nowMs, place, state }: Attempt, { caller }: Simulation): Asker {
  const request = {
    requestId: '',
    client: { address: '' },
    protocol: { front: 'internal', service: 'iam', operation: 'Simulate' },
    startedMs: nowMs,
  } as const;
  return { nowMs, place, principal: caller.principal, request, state };
}

function withoutTransport(lookup: ConditionLookup, { caller, given }: Simulation): ConditionLookup {
  return (name) => {
    const isKnown = !TRANSPORT_KEYS.has(name) && (caller.isKnown || !CALLER_KEYS.test(name));
    return isKnown || Object.hasOwn(given, name) ? lookup(name) : undefined;
  };
}
