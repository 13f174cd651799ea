import { Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { IdempotencyTable } from 'middy-idempotency/cdk';

export class RecordsStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const getToken = new NodejsFunction(this, 'GetToken', { entry: 'docs/examples/single-use-token.ts' });
    const pay = new NodejsFunction(this, 'Pay', { entry: 'docs/examples/quick-start.ts' });
    const report = new NodejsFunction(this, 'Report', { entry: 'docs/examples/quick-start.ts' });
    const book = new NodejsFunction(this, 'Book', { entry: 'docs/examples/endpoint.ts' });

    const records = new IdempotencyTable(this, 'Idempotency');
    records
      .attach(getToken, 'issueToken', { namespace: 'token' })
      .attach(pay, 'retainResult', { namespace: 'token' })
      .attach(report, 'idempotencyKey', 'wait', { overflow: { bucket: new Bucket(this, 'Reports') } });

    const orders = Table.fromTableName(this, 'Orders', 'orders');
    const layout = { partitionKey: 'pk', sortKey: 'sk', keyPrefix: 'idempotency#' }; // as in dynamoDBStore(layout)
    IdempotencyTable.fromTable(this, 'OrderRecords', orders, layout).attach(book, 'wait', { namespace: 'book' });
  }
}
