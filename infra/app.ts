import { App } from 'aws-cdk-lib';
import { PaymentApiStack } from './stack.ts';

const app = new App();

/** Values of the context: of `cdk.json`, or of `--context name=value`, several of them with commas between. */
const context = (name: string): string[] =>
  String(app.node.tryGetContext(name) ?? '')
    .split(',')
    .filter(Boolean);

const [issuer] = context('jwtIssuer');
const audience = context('jwtAudience');
if ((issuer === undefined) !== (audience.length === 0)) {
  throw new Error('Set both context values, jwtIssuer and jwtAudience, or none.');
}

const [redisUrl] = context('redisUrl');

new PaymentApiStack(app, 'PaymentApi', {
  allowedOrigins: context('allowedOrigins'),
  ...(redisUrl && { redisUrl }),
  ...(issuer && { jwt: { issuer, audience } }),
});
