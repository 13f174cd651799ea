import { type Fields, field, textOf } from '../../base/fields.ts';
import { readBody } from '../comparison/read-body.ts';
import { isMarkedBase64 } from '../http/event-fields.ts';
import type { Source } from './source.ts';

/** By what API Gateway writes of every message: a job for a connection may have the form of the rest. */
export const isWebSocket = ({ requestContext }: Fields): boolean =>
  ['connectionId', 'eventType', 'requestId'].every((name) => textOf(field(requestContext, name)) !== undefined);

/** What a client has sent, which has no type. */
export const messageOf = (event: Fields) => {
  const contentType = 'application/json';
  return {
    body: () => readBody({ body: event['body'], isBase64Encoded: isMarkedBase64(event), contentType }),
    contentType: () => contentType,
  };
};

/**
 * Message id and connection id are new when a client sends again after it lost its connection. Who sent it to which route is
 * part of the scope.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */
export const webSocket: Source = {
  key: () => ['websocket', undefined],
  isRequest: true,
  hasBody: true,
  delivery: [
    'headers',
    'multiValueHeaders',
    'requestContext.accountId',
    'requestContext.apiId',
    'requestContext.authorizer',
    'requestContext.connectedAt',
    'requestContext.connectionId',
    'requestContext.extendedRequestId',
    'requestContext.identity',
    'requestContext.messageId',
    'requestContext.requestId',
    'requestContext.requestTime',
    'requestContext.requestTimeEpoch',
  ],
  unnamed: 'API Gateway gives a WebSocket message a new id each time it is sent.',
};
