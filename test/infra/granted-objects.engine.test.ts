import { randomBytes } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import middy from '@middy/core';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, it } from 'vitest';
import { dynamoDBStore, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { s3Overflow } from '../../functions/idempotency/entries/s3.ts';
import { IdempotencyTable } from '../../infra/idempotency-table.ts';
import { anyEngine, openDatabase } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { startS3 } from '../support/s3.ts';
import { createFunction, synthesizeWith } from './constructs.ts';
import { type IamRequest, isAllowed } from './iam/evaluate.ts';
import { statementsOf } from './iam/statements-of.ts';

const bucketName = 'results';

/** What IAM is asked about each call of the client: a `PutObject` is the action `s3:PutObject` on the object. */
const record = (client: S3Client): IamRequest[] => {
  const requests: IamRequest[] = [];
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        const { Bucket: bucket, Key: key } = args.input as { Bucket: string; Key: string };
        const action = commandName.replace(/Command$/, '');
        requests.push({ action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}/${key}`, context: {} });
        return next(args);
      },
    { step: 'initialize' },
  );
  return requests;
};

const policyFor = (prefix?: string) => {
  const template = synthesizeWith((stack) => {
    const bucket = Bucket.fromBucketName(stack, 'Results', bucketName);
    const overflow = { bucket, ...(prefix !== undefined && { prefix }) };
    new IdempotencyTable(stack, 'Idempotency').attach(createFunction(stack, 'Pay'), { overflow });
  });
  return statementsOf(template)('Pay');
};

it.each([
  { prefix: undefined, other: 'elsewhere/' },
  { prefix: 'pay/results/', other: undefined },
])(
  'G180: attach grants for a result that is kept in S3, with the prefix $prefix, exactly what is sent',
  async ({ prefix, other }) => {
    const database = openDatabase(anyEngine());
    const s3 = await startS3();
    const requests = record(s3.client);
    const overflow = s3Overflow({ bucket: bucketName, client: s3.client, ...(prefix !== undefined && { prefix }) });
    const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client, overflow });
    const handler = middy(async () => ({ statusCode: 201, body: randomBytes(600_000).toString('base64') })).use(
      idempotencyKey({ store }),
    );
    const event = httpApiEvent({ headers: { 'idempotency-key': 'k' }, body: {} });
    for (let calls = 1; calls <= 2; calls += 1) await handler(event as never, lambdaContext() as never);

    const granted = policyFor(prefix).filter(({ Resource }) => String(Resource).includes(':s3:::'));
    expect(requests.map(({ action }) => action)).toEqual(['s3:PutObject', 's3:GetObject']);
    expect(requests.filter((request) => !isAllowed(granted, request))).toEqual([]);
    expect(granted.flatMap(({ Action }) => Action).sort()).toEqual(['s3:GetObject', 's3:PutObject']);
    expect(requests.filter((request) => isAllowed(policyFor(other), request))).toEqual([]);
  },
);
