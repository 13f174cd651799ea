import { Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { IdempotencyTable } from 'middy-idempotency/cdk';

/** As it was, but for the last lines. */
export class PowertoolsStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const pay = new NodejsFunction(this, 'Pay', { entry: 'from-powertools.ts', runtime: Runtime.NODEJS_24_X });
    const table = new Table(this, 'PowertoolsTable', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiration',
    });

    const layout = { attributes: { expiresAt: 'expiration' } };
    IdempotencyTable.fromTable(this, 'Records', table, layout).attach(pay, 'powertoolsRecords');
  }
}
