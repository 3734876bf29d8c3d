export { type AuditFilters, placeOfArn, places, textOfPart } from './places.ts';
