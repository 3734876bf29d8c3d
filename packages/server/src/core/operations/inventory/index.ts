export { type InventoryQuery, KeyInventory, type KeyRow } from './key-inventory.ts';
export { unusedSinceMs } from './key-needs.ts';
export { listKeySummaries } from './list-key-summaries.ts';
