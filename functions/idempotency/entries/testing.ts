/**
 * For tests: a store in memory, and the contract of every store.
 *
 * @module middy-idempotency/testing
 */

export { memoryStore } from '../addons/testing/memory-store.ts';
export { type StoreContractCase, storeContract } from '../addons/testing/store-contract.ts';
