import type { EventParameters } from '../audit/index.ts';
import type { Operation } from './operation.ts';

/** What the service notices about itself, and whoever runs it should know. */
export type ServiceCondition =
  | 'start'
  | 'stop'
  | 'heartbeat'
  | 'clock-step'
  | 'disk-low'
  | 'disk-recovered'
  | 'quorum-missing'
  | 'quorum-recovered'
  | 'follower-behind'
  | 'follower-caught-up'
  | 'verification-failed'
  | 'channel-failing'
  | 'channel-recovered';

/** The names of the acts that record them, which is how other threads ask for them. */
const NAMES: Readonly<Record<ServiceCondition, string>> = {
  start: 'ReportStart',
  stop: 'ReportStop',
  heartbeat: 'ReportHeartbeat',
  'clock-step': 'ReportClockStep',
  'disk-low': 'ReportDiskLow',
  'disk-recovered': 'ReportDiskRecovered',
  'quorum-missing': 'ReportQuorumMissing',
  'quorum-recovered': 'ReportQuorumRecovered',
  'follower-behind': 'ReportFollowerBehind',
  'follower-caught-up': 'ReportFollowerCaughtUp',
  'verification-failed': 'ReportVerificationFailed',
  'channel-failing': 'ReportChannelFailing',
  'channel-recovered': 'ReportChannelRecovered',
};

/**
 * The service's own acts that put its condition on the record, where rules find it: `service.clock-step` and the like. Each
 * takes the details as texts, which become the event's parameters. They change nothing and ask nobody.
 */
export const serviceConditions: ReadonlyMap<ServiceCondition, Operation> = new Map(
  Object.entries(NAMES)
    .filter((entry): entry is [ServiceCondition, string] => isCondition(entry[0]))
    .map(([condition, name]) => [condition, reporting(condition, name)]),
);

function reporting(condition: ServiceCondition, name: string): Operation {
  return {
    name,
    action: `service.${condition}`,
    run(attempt, params) {
      const details: EventParameters | undefined = params.textMap('details');
      if (details !== undefined) attempt.note.parameters = details;
      return {};
    },
  };
}

function isCondition(name: string): name is ServiceCondition {
  return Object.hasOwn(NAMES, name);
}
