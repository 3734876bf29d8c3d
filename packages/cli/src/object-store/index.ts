export { ObjectStore, type PutOptions, type StoreCredentials } from './object-store.ts';
export {
  isStorePlace,
  openStore,
  type StoreOptions,
  type StorePlace,
  withStoreOptions,
} from './open-store.ts';
