import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as v from 'valibot';

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpResult = APIGatewayProxyStructuredResultV2;

export const json = (statusCode: number, body: unknown, contentType = 'application/json'): HttpResult => ({
  statusCode,
  headers: { 'content-type': contentType },
  body: JSON.stringify(body),
});

/** @see RFC 9457, Problem Details for HTTP APIs */
export const problem = (status: number, title: string, detail: string): HttpResult =>
  json(status, { type: 'about:blank', title, status, detail }, 'application/problem+json');

/** The JSON body; `undefined` when there is none or it isn't JSON. */
export const jsonBody = ({ body, isBase64Encoded }: HttpEvent): unknown => {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString() : (body ?? ''));
  } catch {
    return undefined;
  }
};

type Validation<Output> = { valid: true; value: Output } | { valid: false; response: HttpResult };

/** Checks input against a schema; what fails becomes a 400 that names the fields. */
export const validate = <const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): Validation<v.InferOutput<Schema>> => {
  if (input === undefined) return { valid: false, response: problem(400, 'Invalid request', 'The body is not JSON.') };
  const result = v.safeParse(schema, input);
  if (result.success) return { valid: true, value: result.output };
  const faults = result.issues.map((issue) => {
    const field = v.getDotPath(issue) ?? 'the request';
    return issue.received === 'undefined' ? `${field} is missing` : `${field}: ${issue.message}`;
  });
  return { valid: false, response: problem(400, 'Invalid request', `${faults.join('; ')}.`) };
};
