import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { type Duplicate, type Table, uniqueIndex, type WritesContext } from 'middy-idempotency';

export const users: Table = { tableName: 'users', partitionKey: 'userId', unique: ['email', ['country', 'taxNo']] };

const isTaken = ({ attributes }: Duplicate) => ({
  statusCode: 409,
  body: `${attributes.join(' and ')}: already in use`,
});

export const register = middy(async (event: { body: string }, { writes }: WritesContext) => {
  const { email, country, taxNo } = JSON.parse(event.body);
  const user = { userId: crypto.randomUUID(), email: email.toLowerCase(), country, taxNo };
  writes.insert(users, user);
  return { statusCode: 201, body: JSON.stringify(user) };
}).use(uniqueIndex({ onDuplicate: isTaken }));

const database = DynamoDBDocumentClient.from(new DynamoDBClient());

const read = async (userId: string) =>
  (await database.send(new GetCommand({ TableName: 'users', Key: { userId }, ConsistentRead: true }))).Item;

type UserEvent = { pathParameters: { userId: string }; body: string };

export const changeEmail = middy(async (event: UserEvent, { writes }: WritesContext) => {
  const { userId } = event.pathParameters;
  const user = await read(userId);
  if (!user) return { statusCode: 404 };
  const email = JSON.parse(event.body).email.toLowerCase();
  writes.update(users, { userId }, {}, { changes: { email: { from: user['email'], to: email } } });
  return { statusCode: 200, body: JSON.stringify({ ...user, email }) };
}).use(uniqueIndex({ onDuplicate: isTaken }));

export const replace = middy(async (event: UserEvent, { writes }: WritesContext) => {
  const { userId } = event.pathParameters;
  const user = { ...JSON.parse(event.body), userId };
  writes.put(users, user, undefined, { replaces: (await read(userId)) ?? {} });
  return { statusCode: 200, body: JSON.stringify(user) };
}).use(uniqueIndex({ onDuplicate: isTaken }));

export const unregister = middy(async (event: UserEvent, { writes }: WritesContext) => {
  const user = await read(event.pathParameters.userId);
  if (user) writes.delete(users, user); // frees what the user had, unless it changed meanwhile
  return { statusCode: 204 };
}).use(uniqueIndex());
