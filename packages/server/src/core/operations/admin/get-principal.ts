import type { Operation } from '../operation.ts';
import { describePrincipal, requirePrincipal } from './principals.ts';

/** `GetPrincipal`: a principal with the text of its policies. */
export const getPrincipal: Operation = {
  name: 'GetPrincipal',
  action: 'principal.read',
  run(attempt, params) {
    return describePrincipal(requirePrincipal(attempt, params, 'keywitness:GetPrincipal'));
  },
};
