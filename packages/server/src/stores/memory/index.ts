export { type Fault, faultyStore } from './faulty-store.ts';
export { type MemoryDisk, newMemoryDisk, openMemoryStore } from './memory-store.ts';
