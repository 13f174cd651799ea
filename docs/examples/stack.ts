import { Stack } from 'aws-cdk-lib';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { IdempotencyTable } from 'middy-idempotency/cdk';

export class PaymentStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const payFunction = new NodejsFunction(this, 'Pay', { entry: 'docs/examples/quick-start.ts' });
    new IdempotencyTable(this, 'Idempotency').attach(payFunction);
  }
}
