import type { EventParameters } from '../../audit/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Result } from '../params.ts';
import type { ResponseSettingsRecord } from '../response-records.ts';
import { settingsOf } from './guard-rails.ts';
import { authorizeResponse } from './remediations.ts';
import { isTargetArn } from './targets.ts';

const TWO_PERSON_LEVELS: readonly ResponseSettingsRecord['twoPersonLevel'][] = [
  'informational',
  'low',
  'medium',
  'high',
  'critical',
  'never',
];

/** `PutResponseSettings`: the guard rails of remediation. What is not said stays as it is. */
export const putResponseSettings: Operation = {
  name: 'PutResponseSettings',
  action: 'response.settings',
  run(attempt, params) {
    authorizeResponse(attempt, 'PutResponseSettings');
    const before = settingsOf(attempt);
    const level = params.optionalText('twoPersonLevel') ?? before.twoPersonLevel;
    const twoPersonLevel = TWO_PERSON_LEVELS.find((candidate) => candidate === level);
    if (twoPersonLevel === undefined) {
      throw new OperationError('Validation', `there is no level \`${level}\``);
    }
    const protectedArns = params.has('protectedArns')
      ? [...new Set(params.texts('protectedArns'))]
      : before.protectedArns;
    const unknown = protectedArns.find((arn) => !isTargetArn(arn));
    if (unknown !== undefined) {
      throw new OperationError('InvalidArn', `\`${unknown}\` is no ARN of a user, a role or a key`);
    }
    const after: ResponseSettingsRecord = {
      protectedArns,
      stepsPerHourMax: params.optionalNumber('stepsPerHourMax') ?? before.stepsPerHourMax,
      twoPersonLevel,
      paused: params.has('paused') ? params.flag('paused') : before.paused,
    };
    attempt.note.change = { before: noted(before), after: noted(after) };
    attempt.write('response:settings', after);
    return describe(after);
  },
};

/** `GetResponseSettings`. */
export const getResponseSettings: Operation = {
  name: 'GetResponseSettings',
  action: 'response.read-settings',
  run(attempt) {
    authorizeResponse(attempt, 'GetResponseSettings');
    return describe(settingsOf(attempt));
  },
};

function noted(settings: ResponseSettingsRecord): EventParameters {
  return { ...settings };
}

function describe(settings: ResponseSettingsRecord): Result {
  return { ...settings };
}
