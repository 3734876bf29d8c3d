import type { AccessPrincipal, AccessRequest } from './access-request.ts';
import type { ConditionElement, PrincipalElement, Statement } from './document.ts';
import type { ConditionLookup } from './template.ts';

/** How a statement reaches a caller, if at all. */
export type Reach = 'none' | 'account' | 'role' | 'direct' | 'outside';

/** How a statement reaches the caller, as `spec/policy.md` tells it, with nothing prepared and nothing fast. */
export function reachOf(
  request: AccessRequest,
  statement: Statement,
  hasVariables: boolean,
  isBounded: boolean,
): Reach {
  const values: Values = { lookup: request.conditions, hasVariables };
  const action = request.action.toLowerCase();
  const isAction = (pattern: string): boolean =>
    like(wildcards(pattern.toLowerCase(), { ...values, hasVariables: false }), action);
  const isResource = (pattern: string): boolean => like(wildcards(pattern, values), request.resource);
  if (statement.actions?.some(isAction) === false) return 'none';
  if (statement.notActions?.some(isAction) === true) return 'none';
  const resources = statement.resources ?? statement.notResources ?? [];
  if (resources.some((pattern) => isDoubtful(pattern, values))) {
    if (statement.effect === 'Allow') return 'none';
  } else {
    if (statement.resources?.some(isResource) === false) return 'none';
    if (statement.notResources?.some(isResource) === true) return 'none';
  }
  if (!statement.conditions.every((condition) => holds(condition, statement.effect, values))) return 'none';
  if (statement.principal !== undefined) {
    return reachOfPrincipal(statement.principal, request.principal, statement.effect);
  }
  if (statement.notPrincipal === undefined) return 'direct';
  return isExcepted(statement.notPrincipal, request.principal, statement.effect, isBounded)
    ? 'none'
    : 'direct';
}

/** Whom `NotPrincipal` excepts, and who is not meant anyway. */
function isExcepted(
  element: PrincipalElement,
  caller: AccessPrincipal,
  effect: Statement['effect'],
  isBounded: boolean,
): boolean {
  const reach = reachOfPrincipal(element, caller, 'Deny');
  if (effect === 'Allow') return caller.federated !== undefined || reach !== 'none';
  if (isBounded) return false;
  if (reach === 'outside') return true;
  const { account, roleArn } = caller;
  const accountIsNamed =
    element.aws.includes(account) || element.aws.includes(`arn:aws:iam::${account}:root`);
  const roleIsNamed = roleArn === undefined || element.aws.includes(roleArn);
  return reach === 'direct' && (element.everybody || (accountIsNamed && roleIsNamed));
}

/** How the principals of a statement reach the caller. */
export function reachOfPrincipal(
  element: PrincipalElement,
  caller: AccessPrincipal,
  effect: Statement['effect'],
): Reach {
  if (caller.federated !== undefined) {
    const isMeant = element.federated.includes(caller.federated) || (element.everybody && effect === 'Deny');
    return isMeant ? 'outside' : 'none';
  }
  const root = `arn:aws:iam::${caller.account}:root`;
  const accountIsNamed = element.aws.includes(root) || element.aws.includes(caller.account);
  if (caller.service !== undefined && element.services.includes(caller.service)) return 'outside';
  if (element.everybody || element.aws.includes(caller.arn)) return 'direct';
  if (accountIsNamed && caller.arn === root) return 'direct';
  if (caller.roleArn !== undefined && element.aws.includes(caller.roleArn)) return 'role';
  return accountIsNamed ? 'account' : 'none';
}

interface Values {
  readonly lookup: ConditionLookup;
  readonly hasVariables: boolean;
}

function holds(
  { operator, key, values: wanted }: ConditionElement,
  effect: Statement['effect'],
  values: Values,
): boolean {
  const actual = values.lookup(key.toLowerCase()) ?? [];
  if (operator.name === 'Null') {
    return wanted.some((value) => (value.toLowerCase() === 'true') === (actual.length === 0));
  }
  const isNegated = operator.name.includes('Not');
  const positive = operator.name.replace('Not', '');
  const satisfies = (value: string): boolean =>
    wanted.some((pattern) => compare(positive, value, pattern, values));
  if (actual.length === 0) {
    if (operator.ifExists || operator.quantifier === 'ForAllValues') return true;
    return isNegated && operator.quantifier === undefined;
  }
  const hasVariables = /^(String|Arn)/.test(operator.name);
  if (hasVariables && wanted.some((pattern) => isDoubtful(pattern, values))) return effect === 'Deny';
  if (operator.quantifier === 'ForAllValues') return actual.every((value) => satisfies(value) !== isNegated);
  if (operator.quantifier === 'ForAnyValue') return actual.some((value) => satisfies(value) !== isNegated);
  // Nobody said which of several values counts: the one that is worst for the caller.
  const verdicts = actual.map((value) => satisfies(value) !== isNegated);
  return effect === 'Allow' ? !verdicts.includes(false) : verdicts.includes(true);
}

function compare(operator: string, actual: string, pattern: string, values: Values): boolean {
  switch (operator) {
    case 'StringEquals':
      return equal(wildcards(pattern, values), actual, false);
    case 'StringEqualsIgnoreCase':
      return equal(wildcards(pattern, values), actual, true);
    case 'StringLike':
      return like(wildcards(pattern, values), actual);
    case 'ArnEquals':
    case 'ArnLike':
      return arnLike(pattern, actual, values);
    case 'Bool':
      return actual.toLowerCase() === pattern.toLowerCase();
    case 'BinaryEquals':
      return actual === pattern;
    case 'IpAddress':
      return isInRange(actual, pattern);
    default:
      return compareOrder(operator, actual, pattern);
  }
}

/** A character, or a wildcard. */
type Piece = { readonly literal: string } | { readonly wildcard: '*' | '?' };

/** The pattern's pieces with variables filled in; `undefined` when one has no value. */
function wildcards(pattern: string, { lookup, hasVariables }: Values): readonly Piece[] | undefined {
  const tokens = pattern.match(hasVariables ? /\$\{[^}]*\}|./gsu : /./gsu) ?? [];
  const pieces: Piece[] = [];
  for (const token of tokens) {
    if (token === '*' || token === '?') pieces.push({ wildcard: token });
    else if (/^\$\{[*?$]\}$/.test(token)) pieces.push({ literal: token.slice(2, -1) });
    else if (hasVariables && token.length > 2) {
      const value = valueOf(token.slice(2, -1), lookup);
      if (value === undefined) return undefined;
      pieces.push(...Array.from(value, (literal) => ({ literal })));
    } else pieces.push({ literal: token });
  }
  return pieces;
}

/** Whether the request has several values, or one that is too long, for a variable. */
function isDoubtful(pattern: string, { lookup, hasVariables }: Values): boolean {
  const variables = (hasVariables ? pattern.match(/\$\{[^}*?$]+\}/g) : null) ?? [];
  return variables
    .map((variable) => lookup(variable.slice(2, -1).split(',')[0]?.trim().toLowerCase() ?? '') ?? [])
    .some((values) => values.length > 1 || values.some((value) => value.length > 256));
}

function valueOf(variable: string, lookup: ConditionLookup): string | undefined {
  const [name = '', fallback] = variable.split(',').map((part) => part.trim());
  const values = lookup(name.toLowerCase()) ?? [];
  if (values.length === 0) return fallback?.slice(1, -1);
  return values.length === 1 && (values[0] ?? '').length <= 256 ? values[0] : undefined;
}

function equal(pieces: readonly Piece[] | undefined, actual: string, ignoreCase: boolean): boolean {
  const wanted = pieces?.map((piece) => ('literal' in piece ? piece.literal : piece.wildcard)).join('');
  return ignoreCase ? wanted?.toLowerCase() === actual.toLowerCase() : wanted === actual;
}

function like(pieces: readonly Piece[] | undefined, text: string): boolean {
  return pieces !== undefined && likeFrom(pieces, Array.from(text));
}

function likeFrom(pieces: readonly Piece[], text: readonly string[]): boolean {
  const [first, ...rest] = pieces;
  if (first === undefined) return text.length === 0;
  if ('wildcard' in first && first.wildcard === '*') {
    return likeFrom(rest, text) || (text.length > 0 && likeFrom(pieces, text.slice(1)));
  }
  const [character] = text;
  if (character === undefined) return false;
  return ('wildcard' in first || first.literal === character) && likeFrom(rest, text.slice(1));
}

function arnLike(pattern: string, actual: string, values: Values): boolean {
  if (pattern === '*') return true;
  // Colons inside of variables do not separate parts.
  const part = String.raw`((?:\$\{[^}]*\}|[^:])*)`;
  const shape = new RegExp(`^${part}:${part}:${part}:${part}:${part}:(.*)$`, 's');
  const wanted = shape.exec(pattern)?.slice(1);
  const own = /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(actual)?.slice(1);
  if (wanted === undefined || own === undefined) return false;
  return wanted.every((text, index) => like(wildcards(text, values), own[index] ?? ''));
}

function compareOrder(operator: string, actual: string, pattern: string): boolean {
  const isDate = operator.startsWith('Date');
  const read = (text: string): number => {
    if (/^[0-9.]+$/.test(text) || (/^-[0-9.]+$/.test(text) && !isDate)) return Number(text);
    return isDate && /^[0-9]{4}-[0-9]{2}-[0-9]{2}/.test(text) ? Date.parse(text) / 1000 : Number.NaN;
  };
  const [left, right] = [read(actual), read(pattern)];
  if (operator.endsWith('GreaterThanEquals')) return left >= right;
  if (operator.endsWith('GreaterThan')) return left > right;
  if (operator.endsWith('LessThanEquals')) return left <= right;
  if (operator.endsWith('LessThan')) return left < right;
  return left === right;
}

/** Addresses as one number each. */
function isInRange(actual: string, range: string): boolean {
  const [start = '', prefix] = range.split('/');
  const [own, wanted] = [writtenOut(actual), writtenOut(start)];
  if (own === undefined || wanted === undefined || own.includes(':') !== wanted.includes(':')) return false;
  const width = wanted.includes(':') ? 128 : 32;
  const shift = BigInt(width - Number(prefix ?? width));
  return addressNumber(own) >> shift === addressNumber(wanted) >> shift;
}

/** All groups of an address; an IPv4 address that is mapped into IPv6 is the IPv4 address. */
function writtenOut(address: string): string | undefined {
  const text = address.replace(/%.*$/, '').replace(/^::ffff:(?=.*\.)/, '');
  const groups = text.split(':').filter((group) => group !== '').length;
  const full = text.replace('::', `:${'0:'.repeat(Math.max(0, 8 - groups))}`).replace(/^:|:$/g, '');
  return /^([0-9a-f]+(:[0-9a-f]+){7}|[0-9]+(\.[0-9]+){3})$/.test(full) ? full : undefined;
}

function addressNumber(text: string): bigint {
  const [groups, radix, bits] = text.includes(':') ? [text.split(':'), 16, 16n] : [text.split('.'), 10, 8n];
  return groups.reduce((sum, group) => (sum << bits) | BigInt(Number.parseInt(group, radix)), 0n);
}
