export { addWitnessCommands } from './witness-commands.ts';
