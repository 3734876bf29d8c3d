export { type AuditFilters, placeOfArn, places } from './places.ts';
