import { type Fields, textOf } from '../../base/fields.ts';

/** What is known of the events that one service sends. */
export interface Source {
  /** The same for every delivery of one event, another for every other event; a part is missing where the event has no such id. */
  key: (event: Fields) => readonly (string | undefined)[];
  /** Paths of all that another delivery of the same event changes. */
  delivery: readonly string[];
  /** The event, with what every delivery says, but not in the same form, in one form. */
  inOneForm?: (event: Fields) => Fields;
  /** Paths of what changes besides when the same content is sent again, as another event. Everything else counts when two are compared. */
  resending?: readonly string[];
  /** Whether it is what one caller asks for, which AWS never puts into a batch's `Records`. */
  isRequest?: true;
  /** Whether `body` is a text that its sender wrote, so that what it says is compared. */
  hasBody?: true;
  /** Why an event without such an id is refused, and the cure. */
  unnamed?: string;
}

/** A number as text: some services write the same id both ways. */
export const idOf = (value: unknown): string | undefined => (Number.isFinite(value) ? String(value) : textOf(value));
