import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as v from 'valibot';
import { hopByHopHeaders } from './hop-by-hop-headers.ts';
import { type InvocationOutcome, payloadLimitBytes } from './invocation.ts';

export type HttpResponse = {
  statusCode: number;
  headers: [name: string, value: string][];
  body: Buffer;
  /** Why the gateway answers in the function's place: for the log, never for the caller. */
  reason?: string;
};

const numericText = v.pipe(v.string(), v.regex(/^\d{3}$/), v.transform(Number));

const structuredSchema = v.object({
  statusCode: v.pipe(v.union([v.number(), numericText]), v.integer(), v.minValue(200), v.maxValue(599)),
  headers: v.nullish(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), {}),
  cookies: v.nullish(v.array(v.string()), []),
  body: v.nullish(v.string(), ''),
  isBase64Encoded: v.nullish(v.boolean(), false),
});

const errorSchema = v.object({ errorType: v.string(), errorMessage: v.string() });

/** What an HTTP API answers for an invocation, in payload format 2.0. */
export function toHttpResponse(outcome: InvocationOutcome): HttpResponse {
  switch (outcome.status) {
    case 'success':
      return fromPayload(outcome.payload);
    case 'error': {
      const { errorType, errorMessage } = v.parse(errorSchema, JSON.parse(outcome.payload));
      return gatewayResponse(500, `${errorType}: ${errorMessage}`);
    }
    case 'timeout':
      return gatewayResponse(500, 'the function timed out');
    case 'too-large':
      return gatewayResponse(413, `the event is larger than ${payloadLimitBytes} bytes`);
  }
}

const messages = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** An answer of the gateway's own. */
export function gatewayResponse(statusCode: keyof typeof messages, reason?: string): HttpResponse {
  const response = jsonResponse(statusCode, JSON.stringify({ message: messages[statusCode] }));
  return { ...response, ...(reason !== undefined && { reason }) };
}

function jsonResponse(statusCode: number, body: string): HttpResponse {
  return { statusCode, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
}

function fromPayload(payload: string): HttpResponse {
  const result: unknown = JSON.parse(payload);
  if (typeof result === 'string') return jsonResponse(200, result);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) return jsonResponse(200, payload);
  const parsed = v.safeParse(structuredSchema, result);
  if (parsed.success) return fromStructured(parsed.output);
  const [issue] = parsed.issues;
  return gatewayResponse(500, `refused answer: ${v.getDotPath(issue)}: ${issue.message}`);
}

function fromStructured(result: v.InferOutput<typeof structuredSchema>): HttpResponse {
  const byName = new Map([['content-type', 'text/plain;charset=UTF-8']]);
  for (const [name, value] of Object.entries(result.headers ?? {})) byName.set(name.toLowerCase(), String(value));
  // The gateway frames the message itself.
  for (const name of [...hopByHopHeaders, 'content-length']) byName.delete(name);
  const headers = [...byName, ...(result.cookies ?? []).map((cookie): [string, string] => ['set-cookie', cookie])];
  try {
    for (const [name, value] of headers) validateHeader(name, value);
  } catch (error) {
    return gatewayResponse(500, `refused answer: ${error instanceof Error ? error.message : String(error)}`);
  }
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  return { statusCode: result.statusCode, headers, body };
}

function validateHeader(name: string, value: string): void {
  validateHeaderName(name);
  validateHeaderValue(name, value);
}
