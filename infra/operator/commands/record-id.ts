import { instancePrefix } from '../../../functions/idempotency/request/http/problem.ts';

/** A record's id, as it is, or as the `instance` of a refusal quotes it to a customer. */
export const readRecordId = (text: string): string =>
  text.startsWith(instancePrefix) ? decodeURIComponent(text.slice(instancePrefix.length)) : text;
