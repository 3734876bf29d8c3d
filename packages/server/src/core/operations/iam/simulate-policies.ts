import type { Attempt } from '../attempt.ts';
import { callerPolicies } from '../caller-policies.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { Params, type Result } from '../params.ts';
import { noteParameters } from './entities.ts';
import { pageOfItems } from './item-pages.ts';
import {
  ITEMS_DEFAULT,
  SIMULATED_ACTIONS_MAX,
  SIMULATED_NOTED_MAX,
  SIMULATED_QUESTIONS_MAX,
  SIMULATED_RESOURCES_MAX,
} from './limits.ts';
import { type NamedEntity, requireNamed } from './named-entities.ts';
import {
  attachedSource,
  givenSource,
  givenSources,
  type PolicySource,
  policySources,
} from './policy-sources.ts';
import { simulatedCaller } from './simulated-caller.ts';
import { judgeSimulated, type Simulation } from './simulated-question.ts';
import { evaluationResult, specificResult } from './simulation-results.ts';

const NOTED_UNITS_MAX = 256;
const ACTION = /^[A-Za-z0-9-]+:[A-Za-z0-9]+$/;
const OWNER = /^(?:arn:aws:iam::)?([0-9]{12})(?::root)?$/;

const simulatePrincipalPolicy: Operation = {
  name: 'SimulatePrincipalPolicy',
  action: 'policy.simulate',
  run(attempt, params) {
    noteQuestions(attempt, params);
    const entity = requireNamed(attempt, params.text('policySourceArn'), 'SimulatePrincipalPolicy');
    if (entity.kind === 'policy') {
      throw new OperationError('InvalidInput', 'The policy source must be a user, a group or a role.');
    }
    if (params.has('policyExclusionList')) {
      throw new OperationError('Unsupported', 'PolicyExclusionList is not supported.');
    }
    const caller = simulatedCaller(attempt, params, entity);
    const given = givenSources('PolicyInputList', params.texts('policyInputList'));
    const subject = simulatedCaller(attempt, new Params({}), entity).principal;
    const { organization, quarantine } = callerPolicies(
      attempt.view,
      subject,
      attempt.place.account,
      attempt.nowMs,
    );
    return simulate(attempt, params, {
      caller,
      identity: [...policySources(attempt, entity), ...given],
      boundary: givenBoundary(params) ?? ownBoundary(attempt, entity),
      organization,
      quarantine,
      ...resourceSide(params),
    });
  },
};

const simulateCustomPolicy: Operation = {
  name: 'SimulateCustomPolicy',
  action: 'policy.simulate',
  run(attempt, params) {
    noteQuestions(attempt, params);
    attempt.authorize({ permission: 'iam:SimulateCustomPolicy', resource: '*' });
    const levels = params
      .structures('orderedOrganizationPolicyInputList')
      .map((level) => level.texts('serviceControlPolicyInputList'))
      .map((texts) => givenSources('OrderedOrganizationPolicyInputList', texts).map(({ policy }) => policy));
    return simulate(attempt, params, {
      caller: simulatedCaller(attempt, params, undefined),
      identity: givenSources('PolicyInputList', params.texts('policyInputList')),
      boundary: givenBoundary(params),
      organization: levels.length === 0 ? undefined : levels,
      ...resourceSide(params),
    });
  },
};

/** @throws OperationError `InvalidInput`: there is one boundary at most. */
function givenBoundary(params: Params): PolicySource | undefined {
  const member = 'PermissionsBoundaryPolicyInputList';
  const [boundary, ...others] = givenSources(member, params.texts('permissionsBoundaryPolicyInputList'));
  if (others.length === 0) return boundary;
  throw new OperationError('InvalidInput', `${member} must have one policy at most.`);
}

function ownBoundary(attempt: Attempt, entity: NamedEntity): PolicySource | undefined {
  const arn = entity.kind === 'user' || entity.kind === 'role' ? entity.record.boundary : undefined;
  return arn === undefined ? undefined : attachedSource(attempt, arn);
}

function resourceSide(params: Params): Pick<Simulation, 'resource' | 'owner' | 'given'> {
  const text = params.optionalText('resourcePolicy');
  const ownerText = params.optionalText('resourceOwner');
  const owner = ownerText === undefined ? undefined : OWNER.exec(ownerText)?.[1];
  if (ownerText !== undefined && owner === undefined) {
    throw new OperationError('InvalidInput', `Invalid ResourceOwner: ${ownerText}`);
  }
  const given: Record<string, readonly string[]> = {};
  for (const entry of params.structures('contextEntries')) {
    given[(entry.optionalText('contextKeyName') ?? '').toLowerCase()] = entry.texts('contextKeyValues');
  }
  return {
    resource: text === undefined ? undefined : givenSource('ResourcePolicy', 'resource', text, 'key'),
    owner,
    given,
  };
}

function simulate(attempt: Attempt, params: Params, simulation: Simulation): Result {
  const actions = distinct(params.texts('actionNames'));
  const named = distinct(params.texts('resourceArns'));
  refuseUnusable(actions, named);
  const resources = named.length === 0 ? ['*'] : named;
  const namesResources = resources.length > 1 || resources[0] !== '*';
  const limit = Math.max(1, Math.floor(SIMULATED_QUESTIONS_MAX / resources.length));
  const asked = new Params({
    marker: params.optionalText('marker'),
    maxItems: Math.min(limit, params.optionalNumber('maxItems') ?? ITEMS_DEFAULT),
  });
  const { items, isTruncated, marker } = pageOfItems([...actions.entries()], asked, ([index]) =>
    String(index).padStart(String(SIMULATED_ACTIONS_MAX).length, '0'),
  );
  const evaluationResults = items.map(([, action]) => {
    const specific = resources.map((resource) =>
      specificResult(simulation, resource, judgeSimulated(attempt, simulation, action, resource)),
    );
    return evaluationResult(action, specific, namesResources);
  });
  return { evaluationResults, isTruncated, marker };
}

/** @throws OperationError `InvalidInput`. */
function refuseUnusable(actions: readonly string[], resources: readonly string[]): void {
  const invalid = actions.find((action) => !ACTION.test(action));
  if (invalid !== undefined) throw new OperationError('InvalidInput', `Invalid Entity Action: ${invalid}`);
  if (actions.length > SIMULATED_ACTIONS_MAX || resources.length > SIMULATED_RESOURCES_MAX) {
    const message = `At most ${SIMULATED_ACTIONS_MAX} actions and ${SIMULATED_RESOURCES_MAX} resources can be simulated at once.`;
    throw new OperationError('InvalidInput', message);
  }
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function noteQuestions(attempt: Attempt, params: Params): void {
  const shown = (texts: readonly string[]): readonly string[] =>
    texts.slice(0, SIMULATED_NOTED_MAX).map((text) => text.slice(0, NOTED_UNITS_MAX));
  const actions = params.texts('actionNames');
  const resources = params.texts('resourceArns');
  noteParameters(attempt, {
    actionCount: actions.length,
    actions: shown(actions),
    policyCount: params.texts('policyInputList').length,
    resourceCount: resources.length,
    resources: shown(resources),
  });
}

/** The operations that say what policies would decide. */
export const simulationOperations: readonly Operation[] = [simulatePrincipalPolicy, simulateCustomPolicy];
