import { type CancellationReason, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { anyEngine, openDatabase } from '../../support/dynamodb.ts';
import { createDatabase, type WriteCommand } from './database.ts';

const engine = openDatabase(anyEngine());

/** What the library can see of an outcome. */
const outcomeOf = async (execute: () => Promise<unknown>): Promise<unknown> => {
  try {
    await execute();
    return 'written';
  } catch (thrown) {
    const { name, Item, CancellationReasons } = thrown as Error & {
      Item?: unknown;
      CancellationReasons?: CancellationReason[];
    };
    return { name, Item, reasons: CancellationReasons?.map(({ Code, Item: item }) => ({ Code, Item: item })) };
  }
};

describe('the stand-in for DynamoDB', () => {
  it('answers as the engine does, and leaves the same items', async () => {
    const [orders, stock] = [await engine.createTable(), await engine.createTable()];
    const standIn = createDatabase({ [orders]: 'id', [stock]: 'id' });
    const insert = (id: string, by: number) => ({
      TableName: orders,
      Item: marshall({ id, by }),
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': 'id' },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    });
    const remember = (expiresAt: number, now: number) => ({
      TableName: orders,
      Item: marshall({ id: 'record', expiresAt }),
      ConditionExpression: 'attribute_not_exists(#id) OR #expiresAt <= :now',
      ExpressionAttributeNames: { '#id': 'id', '#expiresAt': 'expiresAt' },
      ExpressionAttributeValues: marshall({ ':now': now }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    });
    const sell = (available?: number) => ({
      TableName: stock,
      Key: marshall({ id: 'mouse' }),
      UpdateExpression: 'ADD #sold :one',
      ExpressionAttributeNames: { '#sold': 'sold' },
      ExpressionAttributeValues: marshall({ ':one': 1, ...(available !== undefined && { ':min': available }) }),
      ...(available !== undefined && { ConditionExpression: '#sold >= :min' }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    });
    const transaction = (token: string | undefined, ...TransactItems: object[]) =>
      new TransactWriteItemsCommand({ TransactItems, ...(token && { ClientRequestToken: token }) });

    const owned = (id: string, owner: object) => ({
      TableName: orders,
      ConditionExpression: 'attribute_not_exists(#id) OR #owner = :owner',
      ExpressionAttributeNames: { '#id': 'id', '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': { M: marshall(owner) } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      Key: marshall({ id }),
    });
    const take = (id: string, owner: object) => {
      const { Key, ...others } = owned(id, owner);
      return { Put: { ...others, Item: { ...Key, owner: { M: marshall(owner) } } } };
    };
    const rename = (id: string, from: unknown, to: string) => ({
      Update: {
        TableName: orders,
        Key: marshall({ id }),
        UpdateExpression: 'SET #name = :to REMOVE #by',
        ConditionExpression: '(#by = :by) AND (attribute_not_exists(#name) OR #name = :from)',
        ExpressionAttributeNames: { '#name': 'name', '#by': 'by' },
        ExpressionAttributeValues: marshall({ ':from': from, ':to': to, ':by': 0 }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    });
    const check = (id: string) => ({
      ConditionCheck: {
        TableName: orders,
        Key: marshall({ id }),
        ConditionExpression: 'attribute_exists(#by)',
        ExpressionAttributeNames: { '#by': 'by' },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    });

    const commands: WriteCommand[] = [
      transaction(undefined, take('guard', { id: '1' }), { Put: insert('6', 0) }, { Put: insert('7', 0) }),
      new PutItemCommand(insert('1', 0)),
      new PutItemCommand(insert('1', 1)),
      transaction('first', { Put: insert('2', 0) }, { Update: sell() }),
      transaction('first', { Put: insert('2', 0) }, { Update: sell() }),
      transaction('first', { Put: insert('3', 0) }, { Update: sell() }),
      transaction('second', { Put: insert('2', 1) }, { Update: sell() }),
      transaction('second', { Put: insert('2', 1) }, { Update: sell() }),
      transaction(undefined, { Put: insert('4', 0) }, { Update: sell(5) }),
      transaction(undefined, { Put: insert('2', 2) }, { Update: sell(5) }),
      transaction(undefined, { Put: insert('4', 0) }, { Update: sell(1) }),
      transaction('remember', { Put: remember(100, 50) }, { Update: sell() }),
      transaction('repeat', { Put: remember(200, 99) }, { Update: sell() }),
      transaction('expired', { Put: remember(200, 100) }, { Update: sell() }),
      transaction(undefined, take('guard', { id: '2' }), check('1')),
      transaction(undefined, take('guard', { id: '1' }), rename('6', null, 'a')),
      transaction(undefined, check('6'), rename('6', null, 'b')),
      transaction(undefined, rename('7', 'a', 'b'), { Delete: owned('guard', { id: '2' }) }),
      transaction(undefined, rename('7', 'a', 'b'), { Delete: owned('guard', { id: '1' }) }),
      transaction(undefined, { Delete: owned('guard', { id: '1' }) }, check('1')),
    ];
    for (const [index, command] of commands.entries()) {
      const real = await outcomeOf(() => engine.client.send(command as never));
      expect([index, await outcomeOf(() => standIn.execute(command))]).toEqual([index, real]);
    }
    for (const tableName of [orders, stock]) {
      const real = (await engine.items(tableName)).map((item) => marshall(item));
      expect(standIn.items(tableName)).toHaveLength(real.length);
      expect(standIn.items(tableName)).toEqual(expect.arrayContaining(real));
    }
  });

  it('cancels on a conflict, and tells the other items’ reasons all the same', async () => {
    const database = createDatabase({ orders: 'id' });
    const put = new PutItemCommand({ TableName: 'orders', Item: marshall({ id: '1' }) });
    expect(await outcomeOf(() => database.execute(put, { conflict: true }))).toMatchObject({
      name: 'TransactionConflictException',
    });
    const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put: put.input as never }] });
    expect(await outcomeOf(() => database.execute(transaction, { conflict: true }))).toMatchObject({
      name: 'TransactionCanceledException',
      reasons: [{ Code: 'TransactionConflict' }],
    });
    expect(database.items('orders')).toEqual([]);
  });
});
