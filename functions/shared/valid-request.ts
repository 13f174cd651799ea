import type { MiddlewareObj } from '@middy/core';
import * as v from 'valibot';
import type { HttpEvent } from './http.ts';
import { InvalidRequest } from './invalid-request.ts';
import { jsonBody } from './json-body.ts';

/** An event whose body has been read and found valid. */
export type Valid<Body> = Omit<HttpEvent, 'body'> & { body: Body };

const shownFaults = 10;

/**
 * Replaces the event's body by what the schema makes of the request. It stands outside what is protected: what is refused here is
 * never a record.
 *
 * @throws {InvalidRequest} per request, naming the fields at fault
 */
export const validRequest = <const Schema extends v.GenericSchema>(
  schema: Schema,
  read: (event: HttpEvent) => unknown = jsonBody,
): MiddlewareObj<Valid<v.InferOutput<Schema>>> => ({
  before: (request) => {
    const event = request.event as HttpEvent;
    const result = v.safeParse(schema, read(event));
    if (!result.success) throw new InvalidRequest(describe(result.issues));
    request.event = { ...event, body: result.output, isBase64Encoded: false };
  },
});

const describe = (issues: readonly v.BaseIssue<unknown>[]): string => {
  const faults = issues.slice(0, shownFaults).map((issue) => {
    const field = v.getDotPath(issue) ?? 'the body';
    return issue.received === 'undefined' ? `${field} is missing` : `${field}: ${issue.message}`;
  });
  const others = issues.length - faults.length;
  return `${[...faults, ...(others > 0 ? [`and ${others} more`] : [])].join('; ')}.`;
};
