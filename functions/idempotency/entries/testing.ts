export { memoryStore } from '../addons/testing/memory-store.ts';
export { type StoreContractCase, storeContract } from '../addons/testing/store-contract.ts';
