import { vi } from 'vitest';
import { singleUseTokenRaces } from './suites/single-use-token.ts';

vi.mock('node:timers/promises', () => import('./virtual-sleep.ts'));

singleUseTokenRaces();
