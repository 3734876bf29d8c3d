export {
  exportEvidence,
  getAnswer,
  getDocument,
  getEvent,
  getEventProof,
  listEvents,
  readLog,
  tailEvents,
} from './audit-operations.ts';
