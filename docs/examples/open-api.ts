import middy from '@middy/core';
import { idempotencyKey } from 'middy-idempotency';
import { idempotencyKeyContract, openApiComponents, withContract } from 'middy-idempotency/openapi';
import { pay } from './pay.ts';

const options = { afterCrash: 'reject' } as const;

export const handler = middy(pay).use(idempotencyKey(options));

export const document = {
  openapi: '3.1.1',
  info: { title: 'Payments', version: '1.0.0' },
  paths: {
    '/payments': {
      post: withContract({ responses: { 201: { description: 'Paid.' } } }, idempotencyKeyContract(options)),
    },
  },
  components: openApiComponents,
};
