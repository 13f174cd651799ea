import type { EntryPoint } from '../entry-points.ts';
import type { FinalState } from '../history/history.ts';
import type { ViolationKind } from '../rules/violation.ts';
import type { Story } from './hand-made.ts';

/** A history made by hand, and what the checker is to find in it. */
export interface Case {
  title: string;
  entry: EntryPoint;
  stories: Readonly<Record<string, Story>>;
  final?: Partial<FinalState>;
  kinds: readonly ViolationKind[];
}
