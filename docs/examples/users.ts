import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { type Duplicate, uniqueIndex, type WritesContext } from 'middy-idempotency';

const users = { tableName: 'users', partitionKey: 'userId', unique: ['email', ['country', 'taxNo']] };

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

export const unregister = middy(async (event: { pathParameters: { userId: string } }, { writes }: WritesContext) => {
  const { userId } = event.pathParameters;
  const { Item } = await database.send(new GetCommand({ TableName: 'users', Key: { userId } }));
  if (Item) writes.delete(users, Item); // frees what the user had, unless it changed meanwhile
  return { statusCode: 204 };
}).use(uniqueIndex());
