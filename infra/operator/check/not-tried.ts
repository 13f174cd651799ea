/** Ends a probe, or a rule's judgement, that lacks what it takes: with what would let it be tried. */
export class NotTried extends Error {
  override readonly name = 'NotTried';
}
