export { describeEvent } from './describe-event.ts';
export { eventColumns, eventRow } from './event-row.ts';
export { canonicalText, memberAt, memberText, readEvent } from './members.ts';
