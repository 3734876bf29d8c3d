import { nameBeforePage } from '../kms/index.ts';
import { OperationError } from '../errors.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { regionsOf } from '../regions.ts';

const TEXTS = ['needs', 'origin', 'region', 'spec', 'state', 'text', 'usage'] as const;

/**
 * `ListKeySummaries`: the keys of the caller's account with what the state and the record say of them. Each Region that
 * keys are listed of is asked about, as `aws:RequestedRegion`. The result is what is permitted; the keys are looked up
 * behind it.
 */
export const listKeySummaries: Operation = {
  name: 'ListKeySummaries',
  action: 'key.list-summaries',
  run(attempt, params) {
    attempt.note.parameters = noted(params);
    const all = regionsOf(attempt.place);
    const region = params.optionalText('region');
    const regions = region === undefined ? all : [region];
    for (const asked of regions) {
      attempt.authorize({
        permission: 'keywitness:ListKeySummaries',
        resource: '*',
        ...(all.length === 1 && region === undefined
          ? {}
          : { conditions: { 'aws:requestedregion': [asked] } }),
      });
    }
    if (region !== undefined && !all.includes(region)) {
      throw new OperationError('Validation', `this service has no Region \`${region}\``);
    }
    return { account: attempt.account, after: nameBeforePage(params), regions };
  },
};

function noted(params: Params): Readonly<Record<string, string | number>> {
  const parameters: Record<string, string | number> = {};
  for (const name of TEXTS) {
    const value = params.optionalText(name);
    if (value !== undefined) parameters[name] = clip(value);
  }
  const days = params.optionalNumber('unusedDays');
  if (days !== undefined) parameters['unusedDays'] = days;
  if (params.has('multiRegion')) parameters['multiRegion'] = String(params.flag('multiRegion'));
  return parameters;
}
