import { vi } from 'vitest';
import { durableRaces } from './suites/durable.ts';

vi.mock('node:timers/promises', () => import('./virtual-sleep.ts'));

durableRaces();
