import type { Answer } from '../history/history.ts';

/** Whether a careful client stops asking: failures and what says that it may be tried again, or corrected, are not the last word. */
export const isFinal = (answer: Answer | undefined): answer is Answer =>
  answer !== undefined &&
  answer.status < 500 &&
  answer.retryable !== true &&
  !(answer.status === 422 && answer.code === undefined);
