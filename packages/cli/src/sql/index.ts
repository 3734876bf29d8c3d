export { csvOutput, jsonOutput, tableOutput } from './answer-output.ts';
export { askCopy } from './ask-copy.ts';
export { copyFromLog, copyFromService } from './copy-events.ts';
export { EventCopy } from './event-copy.ts';
