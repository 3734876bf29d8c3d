import type { Finding } from '@keywitness/rules';
import { isNews, raiseIncident } from './incidents/index.ts';
import type { Operation } from './operation.ts';
import type { Params } from './params.ts';
import type { Replica } from './replica.ts';
import { serviceConditions } from './service-conditions.ts';
import { parseRecord } from './subjects.ts';

/** An act of the service itself that its followers ask for. */
export interface OwnAct {
  readonly operation: Operation;
  /** Whether it would change anything: followers that read the log again ask for what is done already. */
  readonly isNeeded?: (params: Params, replica: Replica, nowMs: number) => boolean;
}

/** The service's own acts that its followers ask for, by name. No front offers them. */
export const ownActs: ReadonlyMap<string, OwnAct> = new Map(
  [
    {
      operation: raiseIncident,
      isNeeded: (params: Params, replica: Replica, nowMs: number) =>
        isNews(parseRecord<Finding>(params.text('finding')), replica, nowMs),
    },
    ...[...serviceConditions.values()].map((operation) => ({ operation })),
  ].map((act) => [act.operation.name, act]),
);
