import { memoryStore } from '../../functions/idempotency/testing/index.ts';
import { storeContract } from './store-contract.ts';

storeContract(async () => memoryStore());
