export { memoryStore } from './memory-store.ts';
export { type StoreContractCase, storeContract } from './store-contract.ts';
