export { cloudTrailOperations } from './trail-operations.ts';
export { type Lookup, type LookupFilters, lookupToken, readLookup } from './lookup.ts';
export { listTrailFiles, readTrailBucket, readTrailFile } from './trail-files.ts';
