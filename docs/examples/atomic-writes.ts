import middy from '@middy/core';
import { fromHeader, uniqueIndex, type WritesContext } from 'middy-idempotency';

const counters = { tableName: 'counters', partitionKey: 'name' };
const documents = { tableName: 'documents', partitionKey: 'documentId' };

type DocumentEvent = { body: string };

const byKey = () => uniqueIndex({ key: fromHeader('Idempotency-Key') });

/** An atomic counter: whoever counts at the same time, each counts once. */
export const count = middy(async (_event: unknown, { writes }: WritesContext) => {
  writes.update(
    counters,
    { name: 'visits' },
    { UpdateExpression: 'ADD visits :one', ExpressionAttributeValues: { ':one': 1 } },
  );
  return { statusCode: 204 };
}).use(byKey());

/** An optimistic version: of two who changed the same version, one is told so. */
export const save = middy(async (event: DocumentEvent, { writes }: WritesContext) => {
  const { documentId, text, version } = JSON.parse(event.body);
  writes.put(
    documents,
    { documentId, text, version: version + 1 },
    { ConditionExpression: 'version = :read', ExpressionAttributeValues: { ':read': version } },
    { otherwise: (current) => ({ statusCode: 412, body: JSON.stringify(current) }) },
  );
  return { statusCode: 200, body: JSON.stringify({ version: version + 1 }) };
}).use(byKey());

/** A conditional update: a document is published once, and not while it is locked. */
export const publish = middy(async (event: DocumentEvent, { writes }: WritesContext) => {
  const { documentId } = JSON.parse(event.body);
  writes.update(
    documents,
    { documentId },
    {
      UpdateExpression: 'SET publishedAt = :now',
      ConditionExpression: 'attribute_exists(documentId) AND attribute_not_exists(lockedBy)',
      ExpressionAttributeValues: { ':now': new Date().toISOString() },
    },
    { otherwise: (found) => ({ statusCode: found ? 423 : 404 }) },
  );
  return { statusCode: 204 };
}).use(byKey());
