import type { PolicyDocument, PolicyKind, Statement } from './document.ts';
import { PolicyError } from './errors.ts';
import { parseStatement } from './parse-statement.ts';
import { refuseCostlyPatterns } from './pattern-cost.ts';
import { listOf, type Members, membersOf, parseStrictJson, refuseUnknown } from './strict-json.ts';

/** The quotas of AWS: of the largest kind of identity policy, of a key policy, and the highest of a trust policy. */
const TEXT_BYTES_MAX: Readonly<Record<PolicyKind, number>> = { identity: 10_240, key: 32_768, trust: 4096 };
const DOCUMENT_MEMBERS: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);

/**
 * Reads IAM policy JSON, strictly: what is not understood is refused (`spec/policy.md`, "elements").
 *
 * @throws PolicyError
 */
export function parsePolicy(text: string, kind: PolicyKind): PolicyDocument {
  const bytesMax = TEXT_BYTES_MAX[kind];
  if (Buffer.byteLength(text, 'utf8') > bytesMax) {
    throw new PolicyError(`the policy is larger than ${bytesMax} bytes`);
  }
  const members = membersOf(parseStrictJson(text), 'the policy');
  refuseUnknown(members, DOCUMENT_MEMBERS, 'the policy');
  const version = parseVersion(members['Version']);
  const id = parseId(members['Id']);
  const statements = parseStatements(members, kind, version);
  refuseCostlyPatterns(statements, version === '2012-10-17');
  return { kind, version, ...id, statements };
}

function parseVersion(value: unknown): PolicyDocument['version'] {
  if (value === undefined || value === '2008-10-17') return '2008-10-17';
  if (value === '2012-10-17') return value;
  throw new PolicyError('the policy must have the Version `2012-10-17` or `2008-10-17`');
}

function parseId(value: unknown): { readonly id?: string } {
  if (value === undefined) return {};
  if (typeof value === 'string') return { id: value };
  throw new PolicyError('the Id of the policy must be a text');
}

function parseStatements(
  members: Members,
  kind: PolicyKind,
  version: PolicyDocument['version'],
): readonly Statement[] {
  if (!Object.hasOwn(members, 'Statement')) throw new PolicyError('the policy has no Statement');
  const values = listOf(members['Statement']);
  if (values.length === 0) throw new PolicyError('the policy has no Statement');
  const statements = values.map((value, index) => parseStatement(value, { index, kind, version }));
  const sids = statements.map(({ sid }) => sid).filter((sid) => sid !== undefined);
  const repeated = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (repeated === undefined) return statements;
  throw new PolicyError(`the policy has two statements with the Sid \`${repeated}\``);
}
