import { Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { IdempotencyMonitoring, IdempotencyTable } from 'middy-idempotency/cdk';

export class MonitoredStack extends Stack {
  constructor(scope: Construct, id: string, pay: IFunction) {
    super(scope, id);
    const records = new IdempotencyTable(this, 'Idempotency').attach(pay);
    const onCall = new Topic(this, 'OnCall');
    new IdempotencyMonitoring(this, 'Monitoring', {
      functions: [pay],
      table: records.table,
      dimensions: { Service: 'payments' }, // as given to emfMetrics
      namespace: 'Shop',
      alarmActions: [new SnsAction(onCall)],
    });
  }
}
