import { vi } from 'vitest';
import { idempotencyKeyRaces } from './suites/idempotency-key.ts';

vi.mock('node:timers/promises', () => import('./virtual-sleep.ts'));

idempotencyKeyRaces();
