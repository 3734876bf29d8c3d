import type { CompiledPolicy } from '../../policy/index.ts';
import type { Operation } from '../operation.ts';
import { noteParameters } from './entities.ts';
import { requireNamed } from './named-entities.ts';
import { givenSources, type PolicySource, policySources } from './policy-sources.ts';

/** A policy variable, but for those that stand for a character. */
const VARIABLE = /\$\{([^{}$*?,']+?)\s*(?:,\s*'[^'{}$]*')?\}/g;

const getContextKeysForCustomPolicy: Operation = {
  name: 'GetContextKeysForCustomPolicy',
  action: 'policy.read-context-keys',
  run(attempt, params) {
    const texts = params.texts('policyInputList');
    noteParameters(attempt, { policyCount: texts.length });
    attempt.authorize({ permission: 'iam:GetContextKeysForCustomPolicy', resource: '*' });
    return { contextKeyNames: contextKeyNames(givenSources('PolicyInputList', texts)) };
  },
};

const getContextKeysForPrincipalPolicy: Operation = {
  name: 'GetContextKeysForPrincipalPolicy',
  action: 'policy.read-context-keys',
  run(attempt, params) {
    const texts = params.texts('policyInputList');
    noteParameters(attempt, { policyCount: texts.length });
    const arn = params.text('policySourceArn');
    const entity = requireNamed(attempt, arn, 'GetContextKeysForPrincipalPolicy');
    const sources = [...policySources(attempt, entity), ...givenSources('PolicyInputList', texts)];
    return { contextKeyNames: contextKeyNames(sources) };
  },
};

/** Each once, as it was first written, in order. */
function contextKeyNames(sources: readonly PolicySource[]): readonly string[] {
  const names = new Map<string, string>();
  for (const name of sources.flatMap(({ policy }) => keysOf(policy))) {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return [...names.values()].sort();
}

function keysOf({ document }: CompiledPolicy): readonly string[] {
  const { statements, version } = document;
  const texts = statements.flatMap(({ conditions, notResources, resources }) => [
    ...(resources ?? []),
    ...(notResources ?? []),
    ...conditions.flatMap(({ values }) => values),
  ]);
  const variables = version === '2012-10-17' ? texts.flatMap(variablesIn) : [];
  return [...statements.flatMap(({ conditions }) => conditions.map(({ key }) => key)), ...variables];
}

function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(VARIABLE)].flatMap(([, name]) => name ?? []);
}

/** The operations on what policies ask of requests. */
export const contextKeyOperations: readonly Operation[] = [
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
];
