import { randomUUID } from 'node:crypto';

/**
 * An id that nobody else draws. Not from those that Node has drawn in advance: environments that are restored from one snapshot would all have
 * the same.
 */
export const uniqueId = (): string => randomUUID({ disableEntropyCache: true });
