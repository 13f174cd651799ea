import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

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
