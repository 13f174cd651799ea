import { vi } from 'vitest';
import { resolveRaces } from './suites/resolve.ts';

vi.mock('node:timers/promises', () => import('./virtual-sleep.ts'));

resolveRaces();
