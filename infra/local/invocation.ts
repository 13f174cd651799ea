/** How an invocation ended; payloads are JSON, that of an error has `errorType` and `errorMessage`. */
export type InvocationOutcome =
  | { status: 'success'; payload: string }
  | { status: 'error'; payload: string }
  | { status: 'timeout' }
  | { status: 'too-large' };

export type Invocable = { invoke(payload: string): Promise<InvocationOutcome> };

/** Lambda's limit for the payload of a synchronous invocation, in each direction. */
export const payloadLimitBytes = 6 * 1024 * 1024;

export function invocationError(errorType: string, errorMessage: string): InvocationOutcome {
  return { status: 'error', payload: JSON.stringify({ errorType, errorMessage }) };
}
