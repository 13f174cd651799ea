import type { Problem } from './client-error.ts';

/** What one try has brought. */
export interface Answer {
  response: Response;
  problem?: Problem | undefined;
}

/** A try without an answer has an error: it may have been received all the same. */
export type Try = Answer | { response?: never; cause: unknown };

/** @throws when the connection ends before the answer does */
const readAnswer = async (response: Response): Promise<Answer> => {
  const text = await response.clone().text();
  let problem: Problem | undefined;
  try {
    if (response.headers.get('content-type')?.includes('problem+json')) problem = JSON.parse(text);
  } catch {
    // What can't be read says nothing.
  }
  return { response, problem };
};

/** Sends a request once, until its whole answer is there. */
export const attempt = async (
  toRequest: (signal: AbortSignal) => Request,
  signal: AbortSignal,
  { fetch, timeoutMs }: { fetch: (request: Request) => Promise<Response>; timeoutMs: number },
): Promise<Try> => {
  const time = new AbortController();
  const request = toRequest(AbortSignal.any([signal, time.signal]));
  const timer = setTimeout(() => time.abort(), timeoutMs);
  const tried: Try = await fetch(request)
    .then(readAnswer)
    .catch((cause: unknown) => ({ cause }));
  clearTimeout(timer);
  signal.throwIfAborted();
  return tried;
};
