import { textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/**
 * An event replayed from an archive keeps its id.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export const eventBridge: Source = {
  key: ({ source, id }) => ['eventbridge', textOf(source), textOf(id)],
  delivery: ['replay-name'],
  resending: ['id', 'time'],
};
