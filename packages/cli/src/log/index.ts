export { addLogCommands } from './log-commands.ts';
export { openLog, withSuitableCheckpoint } from './log-source.ts';
