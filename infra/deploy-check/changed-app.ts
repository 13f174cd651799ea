import { App } from 'aws-cdk-lib';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { IdempotencyTable } from '../idempotency-table.ts';
import { PaymentApiStack } from '../stack.ts';

/** The example's stack after a change: a function uses one option more. */
const { node } = new PaymentApiStack(new App(), 'PaymentApi');
const idempotency = node.findChild('Idempotency') as IdempotencyTable;
idempotency.attach(node.findChild('PaymentsCreate') as NodejsFunction, 'wait');
