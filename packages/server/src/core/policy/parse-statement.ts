import type { PolicyDocument, PolicyKind, PrincipalElement, Statement } from './document.ts';
import { PolicyError } from './errors.ts';
import { parseConditions } from './parse-conditions.ts';
import { type Members, membersOf, refuseUnknown, textsOf } from './strict-json.ts';
import { parseTemplate } from './template.ts';

/** Where a statement stands. */
export interface StatementPlace {
  /** Position from 0. */
  readonly index: number;
  readonly kind: PolicyKind;
  readonly version: PolicyDocument['version'];
}

const STATEMENT_MEMBERS: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const PRINCIPAL_TYPES: ReadonlySet<string> = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser']);
/** Every decision that a statement makes is recorded with its Sid. */
const SID_UNITS_MAX = 256;
const ACTION = /^(\*|(\*|[A-Za-z0-9-]+):[A-Za-z0-9_*?:-]+)$/;
const PRINCIPAL =
  /^(\*|[0-9]{12}|arn:aws(?:-[a-z]+)*:iam::[0-9]{12}:(root|(user|role)\/[\w+=,.@/-]+)|arn:aws(?:-[a-z]+)*:sts::[0-9]{12}:(assumed-role|federated-user)\/[\w+=,.@/-]+)$/;

/** @throws PolicyError */
export function parseStatement(value: unknown, place: StatementPlace): Statement {
  const members = membersOf(value, `statement #${place.index}`);
  const where = nameOf(members, place.index);
  refuseUnknown(members, STATEMENT_MEMBERS, where);
  const effect = members['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyError(`${where} must have the Effect \`Allow\` or \`Deny\``);
  }
  refuseWrongElements(members, place, where);
  const read = { hasVariables: place.version === '2012-10-17', where };
  return {
    ...optional('sid', members['Sid'] === '' ? undefined : members['Sid'], (sid) => parseSid(sid, where)),
    effect,
    ...optional('principal', members['Principal'], (element) => parsePrincipal(element, where)),
    ...optional('notPrincipal', members['NotPrincipal'], (element) => parsePrincipal(element, where)),
    ...optional('actions', members['Action'], (element) => parseActions(element, where)),
    ...optional('notActions', members['NotAction'], (element) => parseActions(element, where)),
    ...optional('resources', members['Resource'], (element) => parseResources(element, read)),
    ...optional('notResources', members['NotResource'], (element) => parseResources(element, read)),
    conditions: parseConditions(members['Condition'], read),
  };
}

/** How an error names a statement: by its position, and by its Sid when it has one. */
function nameOf(members: Members, index: number): string {
  const sid = members['Sid'];
  return typeof sid === 'string' && sid !== '' ? `statement #${index} (\`${sid}\`)` : `statement #${index}`;
}

function refuseWrongElements(members: Members, { kind }: StatementPlace, where: string): void {
  requireOne(members, 'Action', 'NotAction', where);
  const isPersonal = Object.hasOwn(members, 'Principal') || Object.hasOwn(members, 'NotPrincipal');
  if (kind === 'identity') {
    if (isPersonal) throw new PolicyError(`${where} has a Principal, which identity policies have not`);
    requireOne(members, 'Resource', 'NotResource', where);
    return;
  }
  requireOne(members, 'Principal', 'NotPrincipal', where);
  if (Object.hasOwn(members, 'Resource')) refuseBoth(members, 'Resource', 'NotResource', where);
  if (kind === 'trust' && Object.hasOwn(members, 'NotPrincipal')) {
    throw new PolicyError(`${where} has NotPrincipal, which the trust policy of a role has not`);
  }
  if (kind === 'trust' && (Object.hasOwn(members, 'Resource') || Object.hasOwn(members, 'NotResource'))) {
    throw new PolicyError(`${where} has a Resource, which the trust policy of a role has not`);
  }
}

function requireOne(members: Members, left: string, right: string, where: string): void {
  refuseBoth(members, left, right, where);
  if (Object.hasOwn(members, left) || Object.hasOwn(members, right)) return;
  throw new PolicyError(`${where} must have ${left} or ${right}`);
}

function refuseBoth(members: Members, left: string, right: string, where: string): void {
  if (!Object.hasOwn(members, left) || !Object.hasOwn(members, right)) return;
  throw new PolicyError(`${where} must not have both ${left} and ${right}`);
}

function optional<Name extends string, Value>(
  name: Name,
  value: unknown,
  parse: (value: unknown) => Value,
): { readonly [Key in Name]?: Value } {
  const parsed: { [Key in Name]?: Value } = {};
  if (value !== undefined) parsed[name] = parse(value);
  return parsed;
}

function parseSid(value: unknown, where: string): string {
  if (typeof value === 'string' && value.length <= SID_UNITS_MAX) return value;
  throw new PolicyError(`the Sid of ${where} must be a text of at most ${SID_UNITS_MAX} characters`);
}

function parsePrincipal(value: unknown, where: string): PrincipalElement {
  if (value === '*') return { everybody: true, aws: [], services: [], federated: [], canonicalUsers: [] };
  const members = membersOf(value, `the Principal of ${where}`);
  refuseUnknown(members, PRINCIPAL_TYPES, `the Principal of ${where}`);
  const types = Object.keys(members);
  if (types.length === 0) throw new PolicyError(`the Principal of ${where} is empty`);
  const named = (type: string): readonly string[] =>
    Object.hasOwn(members, type) ? textsOf(members[type], `the Principal \`${type}\` of ${where}`) : [];
  const [aws, services, federated] = [named('AWS'), named('Service'), named('Federated')];
  const invalid =
    aws.find((principal) => !PRINCIPAL.test(principal)) ??
    [...services, ...federated].find((principal) => principal === '' || principal.includes('*'));
  if (invalid !== undefined) throw new PolicyError(`${where} has the invalid principal \`${invalid}\``);
  return {
    everybody: aws.includes('*'),
    aws: aws.filter((principal) => principal !== '*'),
    services,
    federated,
    canonicalUsers: named('CanonicalUser'),
  };
}

function parseActions(value: unknown, where: string): readonly string[] {
  const actions = textsOf(value, `the actions of ${where}`);
  const invalid = actions.find((action) => !ACTION.test(action));
  if (invalid === undefined) return actions;
  throw new PolicyError(`${where} has the invalid action \`${invalid}\``);
}

function parseResources(
  value: unknown,
  { hasVariables, where }: { readonly hasVariables: boolean; readonly where: string },
): readonly string[] {
  const resources = textsOf(value, `the resources of ${where}`);
  const syntax = { variables: hasVariables, wildcards: true };
  const invalid = resources.find(
    (resource) =>
      (resource !== '*' && !resource.startsWith('arn:')) || parseTemplate(resource, syntax) === undefined,
  );
  if (invalid === undefined) return resources;
  throw new PolicyError(`${where} has the invalid resource \`${invalid}\``);
}
