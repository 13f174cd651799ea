import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Arrival } from './lane-book.ts';
import type { Caller, Cure } from './protocol.ts';

export const unprotectedRoutes = {
  payments: 'POST /_unprotected/payments',
  orders: 'POST /_unprotected/orders',
} as const;

const cures: Record<string, Cure> = {
  [unprotectedRoutes.payments]: 'none',
  [unprotectedRoutes.orders]: 'order-none',
  'POST /payments': 'key',
  'POST /orders/{orderId}/payments': 'key',
  'GET /token/pay': 'token',
  'POST /token/pay': 'token',
  'POST /orders': 'order',
  'POST /checkouts': 'checkout',
};

/** What the console's own requests say of themselves. */
export const consoleHeaders = {
  group: 'x-console-group',
  caller: 'x-console-caller',
  /** Only starts a process: no lane is made of it. */
  warmUp: 'x-console-warm-up',
} as const;

export const isCaller = (name: string | undefined): name is Caller => name === 'Ada' || name === 'Ben';

/** What a request asks for, as far as its event tells. */
export function arrivalOf(event: APIGatewayProxyEventV2): Arrival {
  const { headers, routeKey, requestContext, body, isBase64Encoded, pathParameters, rawPath } = event;
  const fields = fieldsOf(isBase64Encoded ? undefined : body);
  const cure = cures[routeKey] ?? 'other';
  const key = headers['idempotency-key'] ?? headers['token'];
  const order = textOf(fields['orderId']) ?? textOf(fields['orderNo']) ?? pathParameters?.['orderId'];
  const caller = headers[consoleHeaders.caller];
  return {
    id: requestContext.requestId,
    cure,
    route: `${requestContext.http.method} ${rawPath}`,
    asks: asks(cure, fields, order),
    ...(key !== undefined && { key }),
    ...(order !== undefined && { order }),
    caller: isCaller(caller) ? caller : undefined,
    groupId: headers[consoleHeaders.group],
  };
}

function fieldsOf(body: string | undefined): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asks(cure: Cure, { amount, currency }: Record<string, unknown>, order: string | undefined): string {
  const money = typeof amount === 'number' ? `${(amount / 100).toFixed(2)} ${textOf(currency) ?? ''}`.trim() : '';
  switch (cure) {
    case 'none':
    case 'key':
    case 'token':
      return `pay ${money} for ${order ?? 'an order'}`;
    case 'checkout':
      return `check out for ${money}`;
    case 'order':
    case 'order-none':
      return `order ${order ?? ''}`.trim();
    case 'other':
      return '';
  }
}
