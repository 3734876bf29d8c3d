import type { EventParameters } from '../../audit/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import type { PlaybookRecord, PlaybookStep, RemediationAction } from '../response-records.ts';
import { authorizeResponse } from './remediations.ts';

const PLAYBOOKS_MAX = 500;
const LIMIT_DEFAULT = 100;
const ACTIONS: readonly RemediationAction[] = [
  'disable-credential',
  'revoke-sessions',
  'quarantine-principal',
  'disable-key',
  'revoke-grant',
  'require-approval',
  'call-function',
];
const MODES: readonly PlaybookRecord['mode'][] = ['propose', 'dry-run', 'act'];

/** `PutPlaybook`: makes or replaces one. It proposes unless it says that it acts. */
export const putPlaybook: Operation = {
  name: 'PutPlaybook',
  action: 'playbook.put',
  run(attempt, params) {
    const name = notePlaybook(attempt, params);
    authorizeResponse(attempt, 'PutPlaybook');
    const known = attempt.view.playbook(name);
    if (known === undefined && attempt.view.peek.playbooks.size >= PLAYBOOKS_MAX) {
      throw new OperationError('LimitExceeded', `there are at most ${PLAYBOOKS_MAX} playbooks`);
    }
    return writePlaybook(attempt, known, {
      name,
      rules: [...new Set(params.texts('rules'))],
      steps: params.structures('steps').map(readStep),
      mode: readMode(params.optionalText('mode')),
      disabled: params.flag('disabled'),
      ...signed(attempt),
    });
  },
};

/** `DeletePlaybook`: what it proposed and did stays as it is. */
export const deletePlaybook: Operation = {
  name: 'DeletePlaybook',
  action: 'playbook.delete',
  run(attempt, params) {
    const known = requirePlaybook(attempt, params, 'DeletePlaybook');
    attempt.note.change = { before: notedPlaybook(known) };
    attempt.write(`playbook:${known.name}`, null);
    return {};
  },
};

/** `DisablePlaybook`: it proposes and does nothing more. */
export const disablePlaybook: Operation = switching('DisablePlaybook', 'playbook.disable', true);

/** `EnablePlaybook`. */
export const enablePlaybook: Operation = switching('EnablePlaybook', 'playbook.enable', false);

/** `GetPlaybook`. */
export const getPlaybook: Operation = {
  name: 'GetPlaybook',
  action: 'playbook.read',
  run: (attempt, params) => describePlaybook(requirePlaybook(attempt, params, 'GetPlaybook')),
};

/** `ListPlaybooks`: sorted by name. */
export const listPlaybooks: Operation = {
  name: 'ListPlaybooks',
  action: 'playbook.list',
  run(attempt, params) {
    authorizeResponse(attempt, 'ListPlaybooks');
    const all = attempt.view.peek.playbooks;
    const page = pageOf([...all.keys()].sort(), params, LIMIT_DEFAULT);
    const playbooks = page.names.flatMap((name) => {
      const record = all.get(name);
      return record === undefined ? [] : [describePlaybook(record)];
    });
    return { playbooks, next: page.nextMarker };
  },
};

function switching(name: string, action: string, disabled: boolean): Operation {
  return {
    name,
    action,
    run(attempt, params) {
      const known = requirePlaybook(attempt, params, name);
      return writePlaybook(attempt, known, { ...known, disabled, ...signed(attempt) });
    },
  };
}

function notePlaybook(attempt: Attempt, params: Params): string {
  const playbook = params.text('playbookName');
  attempt.note.parameters = { playbook };
  return playbook;
}

function requirePlaybook(attempt: Attempt, params: Params, permission: string): PlaybookRecord {
  const name = notePlaybook(attempt, params);
  authorizeResponse(attempt, permission);
  const known = attempt.view.playbook(name);
  if (known === undefined) throw new OperationError('NotFound', `there is no playbook \`${name}\``);
  return known;
}

function writePlaybook(attempt: Attempt, before: PlaybookRecord | undefined, after: PlaybookRecord): Result {
  attempt.note.change = {
    ...(before === undefined ? {} : { before: notedPlaybook(before) }),
    after: notedPlaybook(after),
  };
  attempt.write(`playbook:${after.name}`, after);
  return describePlaybook(after);
}

function signed({ nowMs, principal }: Attempt): Pick<PlaybookRecord, 'updatedAtMs' | 'updatedBy'> {
  return { updatedAtMs: nowMs, updatedBy: principal.arn };
}

/** @throws OperationError `Validation`. */
function readStep(params: Params): PlaybookStep {
  const named = params.text('action');
  const action = ACTIONS.find((candidate) => candidate === named);
  if (action === undefined) throw new OperationError('Validation', `there is no action \`${named}\``);
  const functionName = params.optionalText('functionName');
  if ((action === 'call-function') !== (functionName !== undefined)) {
    throw new OperationError('Validation', '`call-function` names a function, and no other action does');
  }
  const seconds = params.optionalNumber('durationSeconds');
  return {
    action,
    ...(seconds === undefined ? {} : { durationMs: seconds * 1000 }),
    ...(functionName === undefined ? {} : { functionName }),
  };
}

/** @throws OperationError `Validation`. */
function readMode(named = 'propose'): PlaybookRecord['mode'] {
  const mode = MODES.find((candidate) => candidate === named);
  if (mode === undefined) throw new OperationError('Validation', `there is no mode \`${named}\``);
  return mode;
}

function notedPlaybook({ disabled, mode, rules, steps }: PlaybookRecord): EventParameters {
  return { disabled, mode, rules, steps: steps.map(stepText) };
}

function stepText({ action, durationMs, functionName }: PlaybookStep): string {
  const name = functionName === undefined ? action : `${action} ${functionName}`;
  return durationMs === undefined ? name : `${name} for ${durationMs / 1000} seconds`;
}

function describePlaybook({ steps, updatedAtMs, ...record }: PlaybookRecord): Result {
  return {
    ...record,
    steps: steps.map(({ durationMs, ...step }) =>
      durationMs === undefined ? step : { ...step, durationSeconds: durationMs / 1000 },
    ),
    updatedAt: updatedAtMs,
  };
}
