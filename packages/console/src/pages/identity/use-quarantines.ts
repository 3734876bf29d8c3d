import type { QuarantineSummary } from '@keywitness/api';
import { type ApiState, useApi } from '../../api/index.ts';

/** Every reason for which somebody is under quarantine. */
export function useQuarantines(arn: string): ApiState<readonly QuarantineSummary[]> {
  return useApi(['identity.quarantines', arn], async ({ client }) => {
    const own: QuarantineSummary[] = [];
    for await (const quarantine of client.quarantines.list()) {
      if (quarantine.principalArn === arn) own.push(quarantine);
    }
    return own;
  });
}
