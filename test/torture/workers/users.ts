import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBApi, Writes } from '../../../functions/idempotency/entries/main.ts';
import { type Act, perform, type User, verbs } from '../../support/acts.ts';
import { type Draw, drawFrom } from '../draw.ts';
import type { Tables } from './messages.ts';

const ids = ['1', '2', '3', '4', '5', '6'];

const drawUser = (draw: Draw): User => ({
  id: draw.pick(ids),
  country: 'AT',
  ...(draw.chance(0.8) && { email: draw.pick(['a', 'b', 'c', 'd']) }),
  ...(draw.chance(0.8) && { taxNo: draw.pick(['7', '8', '9']) }),
});

/** Any verb on few users with few values, another one for every run, as the user was a moment ago. */
export const userWrites =
  (tables: Tables, api: DynamoDBApi) =>
  async (writes: Writes, _operation: string, run: string): Promise<void> => {
    const draw = drawFrom(Number(run.replace(/\D/g, '')), 'acts');
    const act: Act = {
      verb: draw.pick(verbs),
      user: drawUser(draw),
      other: drawUser(draw),
      belief: draw.chance(0.1) ? drawUser(draw) : undefined,
    };
    const read = async (id: string): Promise<[string, User | undefined]> => {
      const key: Record<string, AttributeValue> = { id: { S: id } };
      const { Item } = await api.getItem({ TableName: tables.users, Key: key, ConsistentRead: true });
      return [id, Item && (unmarshall(Item) as User)];
    };
    const there = new Map(await Promise.all([act.user.id, act.other.id].map(read)));
    perform(writes, act, (id) => there.get(id));
  };
