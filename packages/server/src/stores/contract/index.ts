export { compareWithModel } from './compare-with-model.ts';
export { ledgerStoreContract } from './ledger-store-contract.ts';
