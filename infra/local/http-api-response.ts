import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as v from 'valibot';
import type { InvocationOutcome } from './invocation.ts';

export type HttpResponse = { statusCode: number; headers: [name: string, value: string][]; body: Buffer };

const structuredSchema = v.object({
  statusCode: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
  headers: v.nullish(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), {}),
  cookies: v.nullish(v.array(v.string()), []),
  body: v.nullish(v.string(), ''),
  isBase64Encoded: v.nullish(v.boolean(), false),
});

/** The gateway frames the message itself. */
const framingHeaders = ['connection', 'content-length', 'keep-alive', 'transfer-encoding'];

/** What an HTTP API answers for an invocation, in payload format 2.0. */
export function toHttpResponse(outcome: InvocationOutcome): HttpResponse {
  switch (outcome.status) {
    case 'success':
      return fromPayload(outcome.payload) ?? gatewayResponse(500);
    case 'error':
      return gatewayResponse(500);
    case 'timeout':
      return gatewayResponse(503);
    case 'too-large':
      return gatewayResponse(413);
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
export function gatewayResponse(statusCode: keyof typeof messages): HttpResponse {
  return jsonResponse(statusCode, JSON.stringify({ message: messages[statusCode] }));
}

function jsonResponse(statusCode: number, body: string): HttpResponse {
  return { statusCode, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
}

function fromPayload(payload: string): HttpResponse | undefined {
  const result: unknown = JSON.parse(payload);
  if (typeof result === 'string') return jsonResponse(200, result);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) return jsonResponse(200, payload);
  const parsed = v.safeParse(structuredSchema, result);
  return parsed.success ? fromStructured(parsed.output) : undefined;
}

function fromStructured(result: v.InferOutput<typeof structuredSchema>): HttpResponse | undefined {
  const byName = new Map([['content-type', 'text/plain;charset=UTF-8']]);
  for (const [name, value] of Object.entries(result.headers ?? {})) byName.set(name.toLowerCase(), String(value));
  for (const name of framingHeaders) byName.delete(name);
  const headers = [...byName, ...(result.cookies ?? []).map((cookie): [string, string] => ['set-cookie', cookie])];
  if (!headers.every(isValidHeader)) return undefined;
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  return { statusCode: result.statusCode, headers, body };
}

function isValidHeader([name, value]: [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
