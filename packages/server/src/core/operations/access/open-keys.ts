import type { RequestGiven } from '@keywitness/api';
import { knownConditionKey } from '../../policy/index.ts';
import type { AccessQuestion } from '../access-question.ts';
import type { Principal } from '../principal.ts';

/** Says whether a question leaves the values of a condition key open; names are in lower case. */
export type IsOpen = (name: string) => boolean;

/** Keys that the state answers, whatever a request says. */
const OF_THE_STATE: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:principalorgid',
  'aws:principaltype',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:username',
  'aws:viaawsservice',
  'keywitness:approvalpresent',
  'kms:calleraccount',
  'kms:resourcealiases',
]);
const OF_THE_KEY: ReadonlySet<string> = new Set([
  'kms:customermasterkeyspec',
  'kms:customermasterkeyusage',
  'kms:keyorigin',
  'kms:keyspec',
  'kms:keyusage',
  'kms:multiregion',
  'kms:multiregionkeytype',
]);
const RESOURCE_TAGS = ['aws:resourcetag/', 'iam:resourcetag/'] as const;
/** A session of a role may bring these; a user brings its own. */
const OF_THE_USER = ['aws:principaltag/', 'aws:userid'] as const;

/**
 * Which keys a question leaves open: those that a request of this action can have, and that neither the state nor the
 * question answers (`spec/access-analysis.md`, "open keys").
 */
export function openKeys(
  { conditions: given = {}, context, sourceIp }: RequestGiven,
  question: Pick<AccessQuestion, 'permission' | 'conditions' | 'key'>,
  principal: Principal,
): IsOpen {
  const answered = new Set(
    [...Object.keys(given), ...Object.keys(question.conditions ?? {})].map((name) => name.toLowerCase()),
  );
  if (sourceIp !== undefined) answered.add('aws:sourceip');
  const action = question.permission.toLowerCase();
  const isRole = principal.record.type === 'role';
  const known = new Map<string, boolean>();
  const decide = (name: string): boolean => {
    if (answered.has(name) || OF_THE_STATE.has(name)) return false;
    if (context !== undefined && name.startsWith('kms:encryptioncontext')) return false;
    if (question.key !== undefined && OF_THE_KEY.has(name)) return false;
    if (RESOURCE_TAGS.some((prefix) => name.startsWith(prefix))) return false;
    if (!isRole && OF_THE_USER.some((prefix) => name.startsWith(prefix))) return false;
    return canBePresent(name, action);
  };
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const isOpen = decide(name);
    known.set(name, isOpen);
    return isOpen;
  };
}

/** Whether requests for an action can have a condition key. */
export function canBePresent(name: string, action: string): boolean {
  const key = knownConditionKey(name);
  if (key === undefined || !key.provided) return false;
  const lower = action.toLowerCase();
  return key.actions === undefined || !lower.startsWith('kms:') || key.actions.includes(lower);
}
