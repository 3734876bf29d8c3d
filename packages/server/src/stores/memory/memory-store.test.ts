import { ledgerStoreContract } from '../contract/index.ts';
import { newMemoryDisk, openMemoryStore } from './index.ts';

ledgerStoreContract('memory', () => {
  const disk = newMemoryDisk();
  return { open: () => openMemoryStore(disk), dispose: () => undefined };
});
