export {
  exportEvidence,
  getAnswer,
  getDocument,
  getEvent,
  getEventHistogram,
  getEventProof,
  listEvents,
  readLog,
  suggestEvents,
  summarizeEvents,
  tailEvents,
} from './audit-operations.ts';
