import type { Operation } from '../operation.ts';
import { writePrincipal } from '../principal-records.ts';
import { describePrincipal, requirePrincipal } from './principals.ts';

/** `EnablePrincipal`: its enabled credentials are accepted again. */
export const enablePrincipal: Operation = {
  name: 'EnablePrincipal',
  action: 'principal.enable',
  run(attempt, params) {
    const known = requirePrincipal(attempt, params, 'keywitness:EnablePrincipal');
    const record = { ...known, disabled: false };
    attempt.note.change = { before: { disabled: known.disabled }, after: { disabled: false } };
    writePrincipal(attempt, record);
    return describePrincipal(record);
  },
};
