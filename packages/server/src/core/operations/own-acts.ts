import type { Finding } from '@keywitness/rules';
import type { Caller } from './caller.ts';
import { forgetFormerChannel, recordDelivery } from './channels/index.ts';
import { isNews, raiseIncident } from './incidents/index.ts';
import type { Operation } from './operation.ts';
import type { Params } from './params.ts';
import { proposeRemediation, recordRemediation, runRemediation } from './remediation/index.ts';
import type { Replica } from './replica.ts';
import { responderCaller } from './responder.ts';
import { systemCaller } from './system-caller.ts';
import { serviceConditions } from './service-conditions.ts';
import { parseRecord } from './subjects.ts';

/** An act of the service itself that its followers ask for. */
export interface OwnAct {
  readonly operation: Operation;
  readonly caller: Caller;
  /** Whether it would change anything: followers that read the log again ask for what is done already. */
  readonly isNeeded?: (params: Params, replica: Replica, nowMs: number) => boolean;
}

const raising: OwnAct = {
  operation: raiseIncident,
  caller: systemCaller,
  isNeeded: (params, replica, nowMs) => isNews(parseRecord<Finding>(params.text('finding')), replica, nowMs),
};

/** The service's own acts that its followers ask for, by name. No front offers them. */
export const ownActs: ReadonlyMap<string, OwnAct> = new Map(
  [
    raising,
    ...[recordDelivery, forgetFormerChannel, ...serviceConditions.values()].map((operation) => ({
      operation,
      caller: systemCaller,
    })),
    ...[proposeRemediation, runRemediation, recordRemediation].map((operation) => ({
      operation,
      caller: responderCaller,
    })),
  ].map((act) => [act.operation.name, act]),
);
