export { openLog, withSuitableCheckpoint } from './log-source.ts';
