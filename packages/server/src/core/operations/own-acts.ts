import type { Operation } from './operation.ts';
import { raiseIncident } from './incidents/index.ts';
import { serviceConditions } from './service-conditions.ts';

/**
 * The service's own acts that its followers ask for, by name. No front offers them; whoever asks is the service itself.
 */
export const ownActs: ReadonlyMap<string, Operation> = new Map(
  [raiseIncident, ...serviceConditions.values()].map((operation) => [operation.name, operation]),
);
