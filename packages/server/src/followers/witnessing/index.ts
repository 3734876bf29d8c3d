export type { WitnessEndpoint } from './ports.ts';
export { checkWithWitnesses } from './start-check.ts';
export { Witnessing } from './witnessing.ts';
