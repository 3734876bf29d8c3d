export { addWitnessCommands } from './witness-commands.ts';
export { createWitnessKeys, readWitnessKeys, type WitnessKeys } from './witness-keys.ts';
