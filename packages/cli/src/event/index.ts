export { describeEvent } from './describe-event.ts';
export { eventColumns, eventRow } from './event-row.ts';
export { canonicalText, memberText, readEvent } from './members.ts';
