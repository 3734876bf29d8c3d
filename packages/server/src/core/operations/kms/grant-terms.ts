import type { EventParameters } from '../../audit/index.ts';
import type { KeySpec, KeyUsage } from '../../crypto/index.ts';
import { rootArn } from '../../identity/index.ts';
import type { GrantRecord, KeyRecord } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';
import { isSymmetric } from './algorithm-lists.ts';

/** What a grant can allow with keys of each usage (KMS developer guide, "grant operations"), beside what every grant can. */
const OPERATIONS_OF: Readonly<Record<KeyUsage, readonly string[]>> = {
  ENCRYPT_DECRYPT: ['Decrypt', 'Encrypt', 'ReEncryptFrom', 'ReEncryptTo'],
  SIGN_VERIFY: ['Sign', 'Verify'],
  GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
  KEY_AGREEMENT: ['DeriveSharedSecret'],
  ENCAPSULATE_DECAPSULATE: ['Decapsulate', 'Encapsulate'],
};
/** Data keys are made under symmetric keys alone. */
const DATA_KEY_OPERATIONS: readonly string[] = [
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
];
const OPERATIONS_OF_ALL: readonly string[] = ['CreateGrant', 'DescribeKey', 'RetireGrant'];
/** Of these, those with a symmetric key that no constraint on the encryption context speaks of. */
const WITHOUT_CONTEXT: ReadonlySet<string> = new Set(['DescribeKey', 'RetireGrant']);

/** KMS's quotas on one constraint. */
const CONSTRAINT_PAIRS_MAX = 8;
const CONSTRAINT_VALUE_MAX = 384;

type Constraints = NonNullable<GrantRecord['constraints']>;

/** What a request wants a grant to say, as far as it can be told from the request alone. */
export interface GrantTerms {
  readonly name: string | undefined;
  readonly operations: readonly string[];
  readonly constraints: Constraints | undefined;
  readonly granteePrincipal: string | undefined;
  readonly granteeService: string | undefined;
  readonly retiringPrincipal: string | undefined;
  readonly retiringService: string | undefined;
}

/** Reads the terms of a grant. Nothing is checked yet: see {@link requireTerms}. */
export function readTerms(params: Params): GrantTerms {
  return {
    name: params.optionalText('name'),
    operations: [...new Set(params.texts('operations'))].sort(),
    constraints: params.has('constraints') ? readConstraints(params.structure('constraints')) : undefined,
    granteePrincipal: optionalPrincipal(params, 'granteePrincipal'),
    granteeService: params.optionalText('granteeServicePrincipal'),
    retiringPrincipal: optionalPrincipal(params, 'retiringPrincipal'),
    retiringService: params.optionalText('retiringServicePrincipal'),
  };
}

function optionalPrincipal(params: Params, name: string): string | undefined {
  const text = params.optionalText(name);
  return text === undefined ? undefined : principalArn(text);
}

/** An account's id stands for its root. Conditions on principals see one form, so the other does not avoid them. */
export function principalArn(text: string): string {
  return /^[0-9]{12}$/.test(text) ? rootArn(text) : text;
}

/** Members in canonical order, so that like constraints are like texts. */
function readConstraints(params: Params): Constraints | undefined {
  const constraints = {
    encryptionContextEquals: sorted(params.textMap('encryptionContextEquals')),
    encryptionContextSubset: sorted(params.textMap('encryptionContextSubset')),
    sourceArn: params.optionalText('sourceArn'),
  };
  return Object.values(constraints).every((constraint) => constraint === undefined) ? undefined : constraints;
}

function sorted(
  pairs: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (pairs === undefined) return undefined;
  return Object.fromEntries(Object.entries(pairs).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The kinds of constraints, as the condition key `kms:GrantConstraintType` has them. */
export function constraintTypes(constraints: GrantRecord['constraints']): readonly string[] {
  const { encryptionContextEquals, encryptionContextSubset, sourceArn } = constraints ?? {};
  return [
    ...(encryptionContextEquals === undefined ? [] : ['EncryptionContextEquals']),
    ...(encryptionContextSubset === undefined ? [] : ['EncryptionContextSubset']),
    ...(sourceArn === undefined ? [] : ['SourceArn']),
  ];
}

/** The pairs that constraints require, which conditions on the encryption context of a grant speak of. */
export function constrainedContext(
  constraints: GrantRecord['constraints'],
): Readonly<Record<string, string>> | undefined {
  const { encryptionContextEquals, encryptionContextSubset } = constraints ?? {};
  if (encryptionContextEquals === undefined && encryptionContextSubset === undefined) return undefined;
  return { ...encryptionContextSubset, ...encryptionContextEquals };
}

/** The condition keys of a grant that is to be made ("AWS KMS condition keys", KMS developer guide). */
export function termsConditions(terms: GrantTerms): Readonly<Record<string, readonly string[]>> {
  const given: readonly (readonly [string, string | undefined])[] = [
    ['kms:grantconstraintsourcearn', terms.constraints?.sourceArn],
    ['kms:granteeprincipal', terms.granteePrincipal],
    ['kms:granteeserviceprincipal', terms.granteeService],
    ['kms:retiringprincipal', terms.retiringPrincipal],
    ['kms:retiringserviceprincipal', terms.retiringService],
  ];
  const types = constraintTypes(terms.constraints);
  return {
    'kms:grantoperations': terms.operations,
    'kms:grantisforawsresource': ['false'],
    ...(types.length === 0 ? {} : { 'kms:grantconstrainttype': types }),
    ...Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, [value]]]))),
  };
}

/** A grant's terms as the record shows them. */
export function noteTerms(terms: GrantTerms): EventParameters {
  const { constraints, name, operations } = terms;
  return {
    constraints: constraints === undefined ? undefined : { ...constraints },
    grantee: terms.granteePrincipal ?? terms.granteeService,
    name,
    operations,
    retiring: terms.retiringPrincipal ?? terms.retiringService,
  };
}

/** What {@link noteTerms} noted, as far as it decides which grants allow to make such a grant. */
export function recordedTerms(
  noted: EventParameters | undefined,
): Pick<GrantTerms, 'constraints' | 'operations'> {
  const { constraints, operations } = noted ?? {};
  const limits = isMembers(constraints) ? constraints : {};
  const { encryptionContextEquals, encryptionContextSubset, sourceArn } = limits;
  return {
    operations: isList(operations) ? operations : [],
    constraints: {
      encryptionContextEquals: textsOf(encryptionContextEquals),
      encryptionContextSubset: textsOf(encryptionContextSubset),
      sourceArn: typeof sourceArn === 'string' ? sourceArn : undefined,
    },
  };
}

type Noted = EventParameters[string];

function isMembers(value: Noted): value is EventParameters {
  return typeof value === 'object' && !isList(value);
}

function isList(value: Noted): value is readonly string[] {
  return Array.isArray(value);
}

function textsOf(value: Noted): Readonly<Record<string, string>> | undefined {
  if (!isMembers(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name, typeof text === 'string' ? text : '']),
  );
}

/**
 * Refuses terms that no grant on the key can have.
 *
 * @throws OperationError `Validation` or `LimitExceeded`.
 */
export function requireTerms(terms: GrantTerms, { spec, usage }: Pick<KeyRecord, 'spec' | 'usage'>): void {
  const { constraints, operations } = terms;
  requireParties(terms);
  if (operations.length === 0) throw invalid('A grant must allow at least one operation.');
  if (operations.every((operation) => operation === 'CreateGrant')) {
    throw invalid('Grants must not contain only the CreateGrant operation.');
  }
  const allowed = allowedOperations(spec, usage);
  const alien = operations.find((operation) => !allowed.includes(operation));
  if (alien !== undefined) {
    throw invalid(`The grant operation ${alien} is not supported by keys with key spec ${spec}.`);
  }
  const contexts = [constraints?.encryptionContextEquals, constraints?.encryptionContextSubset];
  const given = contexts.filter((context) => context !== undefined);
  if (given.length > 1) throw invalid('More than one constraint supplied');
  if (given.length > 0 && operations.every((operation) => WITHOUT_CONTEXT.has(operation))) {
    throw invalid('A constraint on the encryption context requires a cryptographic operation that has one.');
  }
  if (given.length > 0 && spec !== 'SYMMETRIC_DEFAULT') {
    throw invalid(`A constraint on the encryption context is not supported by keys with key spec ${spec}.`);
  }
  for (const context of given) requireSmall(context);
}

function allowedOperations(spec: KeySpec, usage: KeyUsage): readonly string[] {
  const ofSpec =
    spec === 'SYMMETRIC_DEFAULT' ? DATA_KEY_OPERATIONS : isSymmetric(spec) ? [] : ['GetPublicKey'];
  return [...OPERATIONS_OF[usage], ...ofSpec, ...OPERATIONS_OF_ALL];
}

function requireParties(terms: GrantTerms): void {
  if ((terms.granteePrincipal === undefined) === (terms.granteeService === undefined)) {
    throw invalid('Specify either GranteePrincipal or GranteeServicePrincipal, but not both.');
  }
  const hasRetiring = terms.retiringPrincipal !== undefined;
  if (hasRetiring && terms.retiringService !== undefined) {
    throw invalid('Specify either RetiringPrincipal or RetiringServicePrincipal, but not both.');
  }
  if (terms.granteeService === undefined) return;
  if (terms.constraints?.sourceArn === undefined) {
    throw invalid('GranteeServicePrincipal requires the grant constraint SourceArn.');
  }
  if (!hasRetiring && terms.retiringService === undefined) {
    throw invalid('GranteeServicePrincipal requires RetiringPrincipal or RetiringServicePrincipal.');
  }
}

function requireSmall(context: Readonly<Record<string, string>>): void {
  const pairs = Object.entries(context);
  if (pairs.length > CONSTRAINT_PAIRS_MAX) {
    throw new OperationError(
      'LimitExceeded',
      `A grant constraint has at most ${CONSTRAINT_PAIRS_MAX} pairs.`,
    );
  }
  if (pairs.some((pair) => pair.some((text) => text.length > CONSTRAINT_VALUE_MAX))) {
    const message = `The names and values of a grant constraint have at most ${CONSTRAINT_VALUE_MAX} characters.`;
    throw new OperationError('LimitExceeded', message);
  }
}

function invalid(message: string): OperationError {
  return new OperationError('Validation', message);
}

/** Whether whoever may make grants only by `parent` may make one with these terms: it allows no more, nor more loosely. */
export function isWithin(
  terms: Pick<GrantTerms, 'constraints' | 'operations'>,
  parent: GrantRecord,
): boolean {
  const { encryptionContextEquals, encryptionContextSubset, sourceArn } = terms.constraints ?? {};
  const limits = parent.constraints ?? {};
  const exact = encryptionContextEquals ?? {};
  const required = limits.encryptionContextEquals;
  return (
    terms.operations.every((operation) => parent.operations.includes(operation)) &&
    (limits.sourceArn === undefined || limits.sourceArn === sourceArn) &&
    (required === undefined ||
      (encryptionContextEquals !== undefined && hasAll(exact, required) && hasAll(required, exact))) &&
    (limits.encryptionContextSubset === undefined ||
      hasAll(exact, limits.encryptionContextSubset) ||
      hasAll(encryptionContextSubset ?? {}, limits.encryptionContextSubset))
  );
}

function hasAll(pairs: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => Object.hasOwn(pairs, name) && pairs[name] === value);
}
