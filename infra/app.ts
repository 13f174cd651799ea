import { App } from 'aws-cdk-lib';
import { PaymentApiStack } from './stack.ts';

new PaymentApiStack(new App(), 'PaymentApi');
