export { openSqliteReader, type SqliteReader } from './reader.ts';
export { openSqliteStore, type SqliteStoreOptions } from './store.ts';
export { StoreError, type StoreErrorCode } from './errors.ts';
