export { getAnswer, getEvent, getEventProof, listEvents, readLog, tailEvents } from './audit-operations.ts';
