/** What becomes of one request between the SDK and the engine. */
export type Fault =
  | 'pass'
  /** The engine applies the request, and the connection breaks before its answer. */
  | 'lose-answer'
  /** The connection breaks before the request reaches the engine. */
  | 'refuse'
  /** Neither forwarded nor answered. */
  | 'hang'
  /** Forwarded, and never answered. */
  | 'swallow-answer'
  /** Forwarded after a while. */
  | { delayMs: number }
  /** Answered with an error of DynamoDB, and not forwarded. */
  | { status: number; error: string; message?: string; reasons?: readonly { Code: string; Message?: string }[] };

/** DynamoDB's own answer of this error. */
export const refusedWith = (error: string): Fault => ({ status: 400, error });
