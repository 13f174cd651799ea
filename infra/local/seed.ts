import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createClient } from './dynamodb-client.ts';
import type { TableModel } from './model.ts';

const stock = { keyboard: 100, mouse: 100, monitor: 5 };

/** Gives the example's orders something to sell, where there is nothing yet. */
export async function seedStock(endpoint: string, tables: TableModel[]): Promise<void> {
  const client = createClient(endpoint);
  try {
    for (const { name } of tables.filter(({ logicalId }) => logicalId.startsWith('Stock'))) {
      for (const [sku, available] of Object.entries(stock)) {
        const item = { sku: { S: sku }, available: { N: String(available) } };
        const put = new PutItemCommand({
          TableName: name,
          Item: item,
          ConditionExpression: 'attribute_not_exists(sku)',
        });
        await client.send(put).catch((error: unknown) => {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        });
      }
    }
  } finally {
    client.destroy();
  }
}
