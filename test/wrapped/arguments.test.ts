import { describe, expect, it } from 'vitest';
import { makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { textOfArgument } from '../../functions/idempotency/request/fingerprint.ts';
import { recordsOf } from '../../functions/idempotency/request/sources/records-of.ts';
import { changed, fixture } from '../request/fixture.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const namespace = 'test';

/** A charge of an order under the key of its id, that answers with the number of the run. */
const charging = (options: Record<string, unknown> = {}) => {
  let runs = 0;
  return makeIdempotent(
    async (..._args: unknown[]) => {
      runs += 1;
      return runs;
    },
    {
      name: 'charge',
      namespace,
      key: (order) => (order as { id: string }).id,
      store: memoryStore(),
      leaseMs: 1000,
      ...options,
    },
  );
};

const mismatch = { code: 'PAYLOAD_MISMATCH' };

/** What would make an event of an argument: its form is what the caller sends. */
const lookalikes: [name: string, fields: Record<string, unknown>][] = [
  ['a REST API', { httpMethod: 'GET', path: '/' }],
  ['a load balancer', { httpMethod: 'GET', path: '/', requestContext: { elb: {} } }],
  ['an HTTP API', { version: '2.0', rawPath: '/', routeKey: 'GET /' }],
  ['VPC Lattice', { method: 'GET', raw_path: '/' }],
  ['VPC Lattice, format 2.0', { method: 'GET', path: '/', requestContext: { serviceArn: 'arn' } }],
  ['AppSync', { identity: null, request: { headers: {} }, fieldName: 'pay' }],
  ['a WebSocket', { requestContext: { connectionId: 'c' } }],
  ['an API without path', { httpMethod: '', path: '' }],
  ['an API without a route', { httpMethod: 'GET', path: '' }],
];

describe.each(lookalikes)('an argument with the form of a request through %s', (_name, fields) => {
  const order = { id: 'o-1', amount: 1, ...fields };

  it('G56: is refused without `scope`, with the cure', async () => {
    await expect(charging()(order)).rejects.toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringMatching(
        /^charge has a `key` but no `scope`, and an argument looks like a request, .*principalOf\(event\), routeOf\(event\)/,
      ),
    });
  });

  it('G56: can’t choose for whom it is charged, by whom it says has called', async () => {
    const charge = charging({ scope: () => 'shop', fingerprint: () => 'same' });
    const { requestContext } = order as { requestContext?: object };
    const calledBy = (principalId: string) => ({
      ...order,
      requestContext: { ...requestContext, authorizer: { principalId } },
    });
    expect(await charge(calledBy('bob'))).toBe(1);
    expect(await charge(calledBy('alice'))).toBe(1);
  });

  it('G56: counts whole beside `scope`, but for what its delivery changes', async () => {
    const charge = charging({ scope: () => 'shop' });
    expect(await charge(order)).toBe(1);
    await expect(charge({ ...order, amount: 2 })).rejects.toMatchObject(mismatch);
    await expect(charge({ ...order, note: 'new' })).rejects.toMatchObject(mismatch);
    expect(await charge({ ...order })).toBe(1);
  });

  it('G56: counts whole behind the first argument', async () => {
    const charge = charging();
    expect(await charge({ id: 'o-1' }, order)).toBe(1);
    await expect(charge({ id: 'o-1' }, { ...order, amount: 2 })).rejects.toMatchObject(mismatch);
    await expect(charge({ id: 'o-1' }, { ...order, cookies: ['a'] })).rejects.toMatchObject(mismatch);
  });
});

const raise = (): never => {
  throw new Error('no');
};

/** Of a function whose callers nothing tells apart, unless `scope` does. */
const paying = () => ({
  name: 'pay',
  namespace: 'n',
  leaseMs: 1000,
  store: memoryStore(),
  key: () => 'k',
  fingerprint: () => 1,
});

it.each<[name: string, args: (event: object) => unknown[]]>([
  ['behind the first argument', (event) => [{ id: 'o-1' }, event]],
  ['as a property', (event) => [{ id: 'o-1', event }]],
  ['in the context of tRPC’s options', (event) => [{ ctx: { event, user: 'ann' }, input: { id: 'o-1' } }]],
  ['in a list', (event) => [[[{ id: 'o-1', event }]]]],
  ['in what an argument inherits from, as in batches of GraphQL Yoga', (event) => [Object.create({ event })]],
])('G56: an event of AWS that a `fingerprint` leaves out needs a `scope`, too: %s', async (_name, args) => {
  for (const name of ['http-jwt', 'rest-iam', 'alb-oidc', 'lattice-v1', 'lattice-v2', 'app-sync-iam', 'url-iam']) {
    const options = paying();
    const fn = async (...given: unknown[]) => given.length;
    await expect(makeIdempotent(fn, options)(...args(fixture(name)))).rejects.toThrow('has a `key` but no `scope`');
    expect(await makeIdempotent(fn, { ...options, scope: () => 'ann' })(...args(fixture(name)))).toBeGreaterThan(0);
  }
});

it('G56: an event of AWS behind the arguments that the function declares needs a `scope`: Powertools’ resolvers pass it', async () => {
  const { fingerprint: _fingerprint, ...options } = paying();
  for (const event of [fixture('app-sync-iam'), fixture('http-jwt')]) {
    const note = makeIdempotent(async ({ title }: { title: string }) => title, options);
    await expect(Reflect.apply(note, undefined, [{ title: 'a' }, { event }])).rejects.toThrow(
      'has a `key` but no `scope`',
    );
  }
});

it('G56: looks no further than a thousand objects for it, and at nothing that can’t be read', async () => {
  const options = { ...paying(), fingerprint: () => 'same' };
  const pay = makeIdempotent(async (...given: unknown[]) => given.length, options);
  const unreadable = [new Proxy({}, { ownKeys: () => raise() }), new Proxy({}, { get: () => raise() })];
  const cycle: { self?: unknown; wide: unknown } = { wide: Array.from({ length: 100_000 }, () => ({})) };
  cycle.self = cycle;
  expect(await pay({ id: 'o-1', unreadable }, cycle)).toBe(2);
});

it.each<[name: string, job: object]>([
  ['format 1.0', { httpMethod: 'POST', path: '/', is_base64_encoded: false, requestContext: [] }],
  ['format 2.0', { version: '2.0', routeKey: 'POST /', rawPath: '/' }],
])('G56: a job that has the form of a request counts by its headers, too: %s', async (_name, job) => {
  const charge = charging({ scope: () => 'shop' });
  expect(await charge({ ...job, id: 'o-1', headers: { to: 'ann' } })).toBe(1);
  expect(await charge({ ...job, id: 'o-1', headers: { to: 'ann' } })).toBe(1);
  await expect(charge({ ...job, id: 'o-1', headers: { to: 'bob' } })).rejects.toMatchObject(mismatch);
});

describe('a request of the platform, or of a web framework', () => {
  const request = () => new Request('https://shop.example', { method: 'POST', headers: { 'idempotency-key': 'k-1' } });
  const node = { rawHeaders: [], socket: {} };

  it.each<[string, unknown[]]>([
    ['itself', [request()]],
    ['behind the first argument', [{ id: 'o-1' }, request()]],
    ['React Router’s arguments of an action', [{ request: request(), params: {} }]],
    ['a resolver’s context, as Apollo Server has it', [undefined, { id: 'o-1' }, { req: node }]],
    ['tRPC’s options', [{ input: { id: 'o-1' }, ctx: { req: node } }]],
    ['Express’s request', [node]],
    ['Fastify’s request', [{ raw: node }]],
    ['Hono’s context in an object', [{ c: { req: { raw: request() } } }]],
    ['Koa’s context', [{ req: node }]],
    ['hapi’s request', [{ payload: {}, raw: { req: node, res: {} } }]],
    ['hapi’s request in a test, by its `inject`', [{ raw: { req: { httpVersion: '1.1', socket: {} } } }]],
    ['one far down', [{ options: { ctx: { lambda: { request: request() } } } }]],
  ])('G56: is refused without `scope`, wherever it is: %s', async (_what, args) => {
    const options = paying();
    const pay = makeIdempotent(async (...given: unknown[]) => given.length, options);
    await expect(pay(...args)).rejects.toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringContaining('pay has a `key` but no `scope`'),
    });
    const scoped = makeIdempotent(async (...given: unknown[]) => given.length, { ...options, scope: () => 'ann' });
    expect(await scoped(...args)).toBe(args.length);
  });
});

it.each<[what: string, options: object, args: (event: object) => unknown[]]>([
  ['as an argument', {}, (event) => [event]],
  ['in an argument', {}, (event) => [{ id: 'o-1', event }]],
  ['as what a fingerprint returns', { fingerprint: (event: unknown) => [event] }, (event) => [event]],
  ['as a key', { key: (event: unknown) => [event] }, (event) => [event]],
])('G48: a request whose `toJSON` tells not all of it, as that of h3, is refused: %s', async (_what, more, args) => {
  class Event {
    req = new Request('https://shop.example/pay', { method: 'POST', body: '{"amount":5}' });
    toJSON() {
      return `[${this.req.method}] ${this.req.url}`;
    }
  }
  const { fingerprint: _fingerprint, ...options } = paying();
  const pay = makeIdempotent(async (...given: unknown[]) => given.length, { ...options, scope: () => 'ann', ...more });
  await expect(pay(...args(new Event()))).rejects.toMatchObject({
    code: 'ILLEGAL_ARGUMENT',
    message: expect.stringContaining('is an Event'),
  });
});

it.each([
  ['a principal', { httpMethod: 'GET', requestContext: { authorizer: { principalId: 'ann' } } }],
  ['an identity that names nobody', { httpMethod: 'GET', requestContext: { authorizer: { a: 1 } } }],
  ['a load balancer’s certificate', { headers: { 'x-amzn-mtls-clientcert-subject': 'CN=ann' } }],
])('G80: an argument that names a caller, but no route, needs a scope: %s', async (_what, fields) => {
  const call = charging()({ id: 'o-1', amount: 1, ...fields });
  await expect(call).rejects.toMatchObject({
    code: 'ILLEGAL_ARGUMENT',
    message: expect.stringContaining('no `scope`'),
  });
});

const kafkaRecord = (offset: number) => ({
  topic: 't',
  partition: 0,
  offset,
  timestamp: 1,
  timestampType: 'CREATE_TIME',
});

describe('an instance', () => {
  class Ship {
    readonly orderId: number;
    constructor(orderId: number) {
      this.orderId = orderId;
    }
  }
  class Cancel extends Ship {}

  it('is the same as one of another class with the same properties, unless `fingerprint` names the class', async () => {
    const charge = charging({ key: () => 'k' });
    expect(await charge(new Ship(17))).toBe(1);
    expect(await charge(new Cancel(17))).toBe(1);
    await expect(charge(new Cancel(18))).rejects.toMatchObject(mismatch);
    const fingerprint = (command: Ship) => [command instanceof Cancel ? 'cancel' : 'ship', command];
    const told = charging({ key: () => 'k', fingerprint });
    expect(await told(new Ship(17))).toBe(1);
    await expect(told(new Cancel(17))).rejects.toMatchObject(mismatch);
  });

  it('within a message is refused where the message names the call', async () => {
    const [message] = recordsOf(changed(fixture('sqs'), { 'Records/0/body': new Ship(17) })) ?? [];
    await expect(charging({ key: undefined })(message)).rejects.toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringContaining('argument 1.body is a Ship'),
    });
    expect(await charging({ key: () => 'k' })(message)).toBe(1);
  });
});

describe('something that has a time that remains, as a Lambda context has', () => {
  it('G48: counts, unless it has a name of the function or of the invocation, too', async () => {
    class Job {
      readonly order: number;
      constructor(order: number) {
        this.order = order;
      }
      getRemainingTimeInMillis() {
        return 1000;
      }
    }
    const charge = charging({ key: () => 'k' });
    expect(await charge(new Job(1))).toBe(1);
    await expect(charge(new Job(2))).rejects.toMatchObject(mismatch);
    const other = charging({ key: () => 'k' });
    expect(await other('o-1', lambdaContext())).toBe(1);
    expect(await other('o-1', lambdaContext())).toBe(1);
  });
});

it('G308: what `fingerprint` gives is never the same as what counts where it gives nothing', async () => {
  const charge = charging({ key: () => 'k', fingerprint: ((order: { items?: unknown }) => order.items) as never });
  expect(await charge({ items: ['{"amount":5000}'] })).toBe(1);
  await expect(charge({ amount: 5000 })).rejects.toMatchObject(mismatch);
});

describe('an argument with the form of a message or event', () => {
  it.each<[name: string, one: object, other: object]>([
    ['EventBridge', { id: 'pen', 'detail-type': 'x' }, { id: 'car', 'detail-type': 'x' }],
    [
      'EventBridge, by its names alone',
      { 'detail-type': 'x', account: 'u', detail: {}, id: 'pen' },
      { 'detail-type': 'x', account: 'u', detail: {}, id: 'car' },
    ],
    ['SQS', { messageId: 'a', eventSource: 'aws:sqs' }, { messageId: 'b', eventSource: 'aws:sqs' }],
    [
      'SQS, within',
      { attributes: { SenderId: 1 }, eventSource: 'aws:sqs' },
      { attributes: { SenderId: 2 }, eventSource: 'aws:sqs' },
    ],
    ['S3', { eventTime: 1, eventSource: 'aws:s3' }, { eventTime: 2, eventSource: 'aws:s3' }],
    ['Kafka', kafkaRecord(15), kafkaRecord(9999)],
    [
      'CloudFormation',
      { RequestType: 'Create', StackId: 's', RequestId: '1' },
      { RequestType: 'Create', StackId: 's', RequestId: '2' },
    ],
    [
      'ActiveMQ',
      { messageID: '1', messageType: 'jms/text-message' },
      { messageID: '2', messageType: 'jms/text-message' },
    ],
    [
      'a batch',
      { Records: [{ orderNo: 1, messageId: 'a', eventSource: 'aws:sqs' }] },
      { Records: [{ orderNo: 1, messageId: 'b', eventSource: 'aws:sqs' }] },
    ],
  ])('G56: hides nothing of what a caller sends who knows that form: %s', async (_name, one, other) => {
    const order = { orderNo: 1, quantity: 1 };
    for (const args of [
      (more: object) => [{ ...order, ...more }],
      (more: object) => ['eve', { ...order, ...more }],
      (more: object) => ['eve', more],
    ]) {
      const charge = charging({ key: () => 'k' });
      expect(await charge(...args(one))).toBe(1);
      await expect(charge(...args(other))).rejects.toMatchObject(mismatch);
    }
  });

  it('G56: nor beside `scope`: AppSync', async () => {
    const charge = charging({ key: () => 'k', scope: () => 'eve' });
    const order = (amount: number) => ({ orderNo: 1, request: { amount }, identity: {}, info: { fieldName: 'x' } });
    expect(await charge(order(5))).toBe(1);
    await expect(charge(order(5000))).rejects.toMatchObject(mismatch);
  });

  it.each<[name: string, one: object, other: object]>([
    ['a client’s batch of one, and its record', { amount: 5 }, { Records: [{ amount: 5 }] }],
    [
      'an order’s execution, and another',
      { Execution: { Id: 'e-1', Name: 'buy' }, State: { of: 'order' } },
      { Execution: { Id: 'e-2', Name: 'sell' }, State: { of: 'order' } },
    ],
    [
      'an identity that AppSync has not written',
      { id: 'o-1', identity: { account: 'bob' }, request: {}, fieldName: 'x' },
      { id: 'o-1', identity: { account: 'eve' }, request: {}, fieldName: 'x' },
    ],
  ])('G56: is what it says, at any position: %s', async (_what, one, other) => {
    for (const args of [(order: object) => [order], (order: object) => ['alice', order]]) {
      const charge = charging({ key: () => 'k', scope: () => 'alice' });
      expect(await charge(...args(one))).toBe(1);
      await expect(charge(...args(other))).rejects.toMatchObject(mismatch);
    }
  });

  it('G48: a batch of one record that no service has sent is not that record', async () => {
    const idOf = (event: object) => textOfArgument(event);
    expect(idOf({ Records: [{ amount: 5 }] })).not.toBe(idOf({ amount: 5 }));
  });

  it('G56: a message that its producer has sent again, under a key of the producer, is a repeat', async () => {
    const [message] = recordsOf(fixture('sqs')) as [object];
    const charge = charging({ key: () => 'k' });
    expect(await charge(message)).toBe(1);
    expect(await charge({ ...message, messageId: 'another', receiptHandle: 'another' })).toBe(1);
    await expect(charge({ ...message, body: 'another' })).rejects.toMatchObject(mismatch);
  });

  it.each<[string, object]>([
    ['as a sample of AWS writes it', {}],
    ['as its page does', { correlationID: undefined, correlationId: 'myJMSCoID' }],
    ['through a pipe', { eventSource: 'aws:amq', eventSourceArn: 'arn:aws:mq:us-west-2:123456789012:broker:test:b-0' }],
  ])('G56: so is a message of ActiveMQ, %s', async (_how, more) => {
    const [message] = recordsOf(fixture('active-mq')) as [object];
    const whole = JSON.parse(
      JSON.stringify({ ...message, eventSource: undefined, eventSourceArn: undefined, ...more }),
    );
    const charge = charging({ key: () => 'k' });
    expect(await charge(whole)).toBe(1);
    expect(await charge({ ...whole, messageID: 'another', timestamp: 2, brokerInTime: 3, brokerOutTime: 4 })).toBe(1);
    await expect(charge({ ...whole, data: 'e30=' })).rejects.toMatchObject(mismatch);
  });

  it.each(['sqs', 'sns', 'eventbridge', 'kinesis', 'dynamodb-stream', 's3', 'ses', 'step-functions', 'cloudformation'])(
    'G56: is compared by everything else that it holds: %s',
    async (name) => {
      const [record] = recordsOf(fixture(name)) ?? [fixture(name)];
      const charge = charging({ key: () => 'k' });
      expect(await charge({ amount: 1, ...(record as object) })).toBe(1);
      await expect(charge({ amount: 2, ...(record as object) })).rejects.toMatchObject(mismatch);
      expect(await charge({ amount: 1, ...(record as object) })).toBe(1);
    },
  );

  it.each<[name: string, fields: Record<string, unknown>]>([
    ['Amazon MQ', { messageID: 'm', messageType: 'jms/text-message' }],
    ['RabbitMQ', { basicProperties: {}, redelivered: false, data: '' }],
    ['Kafka', { topic: 't', timestampType: 'CREATE_TIME', partition: 0, offset: 0, timestamp: 0 }],
    ['a batch of one', { Records: [{ eventSource: 'aws:sqs' }] }],
    ['a batch with something else', { Records: [{ eventSource: 'aws:sqs', messageId: 'm' }], 'detail-type': 'd' }],
    ['Kafka’s batch', { eventSource: 'aws:kafka', records: { t: [{}] } }],
    ['Amazon MQ’s batch', { eventSource: 'aws:mq', messages: [{}] }],
    ['RabbitMQ’s batch', { eventSource: 'aws:rmq', rmqMessagesByQueue: { q: [{}] } }],
    ['a batch without records', { eventSource: 'aws:kafka', records: {} }],
    ['a batch whose records say the same', { eventSource: 'aws:mq', messages: [{ amount: 3, id: 'o-3' }] }],
  ])('G56: is compared by everything else that it holds: %s', async (_name, fields) => {
    const charge = charging();
    expect(await charge({ id: 'o-1', amount: 1, ...fields })).toBe(1);
    await expect(charge({ id: 'o-1', amount: 2, ...fields })).rejects.toMatchObject(mismatch);
    expect(await charge({ id: 'o-1', amount: 1, ...fields })).toBe(1);
  });

  it.each<[name: string, one: unknown, other: unknown]>([
    ['numbers', { eventSource: 'aws:kafka', records: { t: [1] } }, { eventSource: 'aws:kafka', records: { t: [2] } }],
    ['null and none', { eventSource: 'aws:mq', messages: [null] }, { eventSource: 'aws:mq', messages: [] }],
    [
      'a queue’s name',
      { eventSource: 'aws:rmq', rmqMessagesByQueue: { a: [{}] } },
      { eventSource: 'aws:rmq', rmqMessagesByQueue: { b: [{}] } },
    ],
    [
      'which queue',
      { eventSource: 'aws:kafka', records: { a: [{}], b: [] } },
      { eventSource: 'aws:kafka', records: { a: [], b: [{}] } },
    ],
    [
      'a date inside',
      { eventSource: 'aws:kinesis', kinesis: new Date(0) },
      { eventSource: 'aws:kinesis', kinesis: new Date(1) },
    ],
    ['lists of records', [{ eventSource: 'aws:sqs', body: 1 }], [{ eventSource: 'aws:sqs', body: 2 }]],
  ])('G56: is compared by what stands in place of records: %s', async (_name, one, other) => {
    const charge = charging({ key: (id: unknown) => id });
    expect(await charge('k', one)).toBe(1);
    await expect(charge('k', other)).rejects.toMatchObject(mismatch);
  });

  it('G57: may be nested deeper than the stack where its records should be', async () => {
    const text = `{"eventSource":"aws:kafka","records":${'{"t":'.repeat(100_000)}1${'}'.repeat(100_000)}}`;
    await expect(charging({ key: (id: unknown) => id })('k', JSON.parse(text))).rejects.toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringContaining('nested deeper than 500 levels'),
    });
  });

  it('G55: is compared without what its delivery changes, as any argument', async () => {
    const charge = charging({ key: (id: unknown) => id });
    const message = (changes = {}) => changed(fixture('active-mq'), changes);
    expect(await charge('k', message())).toBe(1);
    expect(await charge('k', message({ 'messages/0/redelivered': true }))).toBe(1);
    await expect(charge('k', message({ 'messages/0/data': 'e30=' }))).rejects.toMatchObject(mismatch);
  });
});

describe('two calls under one key', () => {
  it.each<[what: string, of: () => unknown]>([
    ['a FormData', () => new FormData()],
    ['a Map', () => new Map([['amount', 1]])],
    ['a Set', () => new Set([1])],
    ['a Blob', () => new Blob(['1'])],
    ['a URLSearchParams', () => new URLSearchParams({ amount: '1' })],
    ['a Headers', () => new Headers()],
    ['a Response', () => new Response('1')],
    ['a function', () => () => 1],
    ['a symbol', () => Symbol('amount')],
    ['an Error', () => new Error('1')],
    ['a Promise', () => Promise.resolve(1)],
    ['a Wallet without properties of its own', () => new (class Wallet {})()],
  ])('G48: are refused by its path where one holds %s, which can’t be compared', async (what, of) => {
    const charge = charging();
    await expect(charge({ id: 'o-1' }, [{ amount: of() }])).rejects.toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringContaining(`argument 2[0].amount is ${what}. Pass the option \`fingerprint\``),
    });
    await expect(charge({ id: 'o-1', amount: of() })).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
  });

  it.each<[name: string, one: unknown, other: unknown]>([
    ['bytes', new Uint8Array([1]), new Uint8Array([2])],
    ['bytes and a list like them', new Uint8Array([1]), [1]],
    ['bytes and an object like them', Buffer.from([1]), { 0: 1 }],
    ['bytes and what JSON makes of a Buffer', Buffer.from([1]), { type: 'Buffer', data: [1] }],
    ['numbers of another kind', new Uint16Array([1]), new Uint8Array([1, 0])],
    ['a bigint and a number', 1n, 1],
    ['a bigint and its text', 1n, '1n'],
    ['NaN and null', Number.NaN, null],
    ['infinities', Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ['an invalid Date and null', new Date(Number.NaN), null],
    ['dates', new Date(0), new Date(1)],
    ['undefined and null in a list', [undefined], [null]],
    ['a property that is null, and none', { a: null }, {}],
    ['properties named by symbols', { [Symbol.for('a')]: 1 }, { [Symbol.for('a')]: 2 }],
    ['a property called __proto__', JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":2}')],
    ['lone surrogates', '\ud800', '\ud801'],
    [
      'instances',
      new (class Order {
        amount = 1;
      })(),
      new (class Order {
        amount = 2;
      })(),
    ],
    ['a list and an object like it', ['a'], { 0: 'a' }],
  ])('G48: are told apart by %s', async (_name, one, other) => {
    for (const wrap of [(value: unknown) => value, (value: unknown) => ({ list: [value] })]) {
      const charge = charging({ key: (id: unknown) => id });
      expect(await charge('k', wrap(one))).toBe(1);
      await expect(charge('k', wrap(other))).rejects.toMatchObject(mismatch);
      expect(await charge('k', wrap(one))).toBe(1);
    }
  });

  it.each<[name: string, one: unknown, other: unknown]>([
    ['a property that is undefined', { a: 1, b: undefined }, { a: 1 }],
    [
      'a class',
      new (class Order {
        amount = 1;
      })(),
      { amount: 1 },
    ],
    ['which view of its bytes it is', Buffer.from([1]), new Uint8Array([9, 1]).subarray(1)],
    [
      'a getter',
      {
        get amount() {
          return 1;
        },
      },
      { amount: 1 },
    ],
    ['no prototype', { __proto__: null, amount: 1 }, { amount: 1 }],
    ['the order of properties', { a: 1, b: 2 }, { b: 2, a: 1 }],
  ])('G48: are not told apart by %s', async (_name, one, other) => {
    const charge = charging({ key: (id: unknown) => id });
    expect(await charge('k', one)).toBe(1);
    expect(await charge('k', other)).toBe(1);
  });

  it('G48: are told apart by an argument between others that are missing', async () => {
    const charge = charging({ key: (id: unknown) => id });
    expect(await charge('k', undefined, 1)).toBe(1);
    await expect(charge('k', 1)).rejects.toMatchObject(mismatch);
    await expect(charge('k', null, 1)).rejects.toMatchObject(mismatch);
  });

  it('G56: a request beside `scope` is compared but for what its delivery changes', async () => {
    const charge = charging({ key: () => 'k', scope: () => 'shop' });
    const event = (body: unknown, headers = {}) => httpApiEvent({ body, headers });
    expect(await charge(event({ a: 1 }), lambdaContext())).toBe(1);
    expect(await charge(event({ a: 1 }, { 'x-trace': '2' }), lambdaContext())).toBe(1);
    await expect(charge(event({ a: 2 }), lambdaContext())).rejects.toMatchObject(mismatch);
  });
});

describe('work before the claim', () => {
  it('G57: takes bytes as bytes: 8 MB, of which each as a number would take 7 s', async () => {
    const charge = charging({ key: (id: unknown) => id });
    const bytes = new Uint8Array(4_000_000).fill(7);
    const started = performance.now();
    expect(await charge('k', bytes, { file: Buffer.from(bytes) })).toBe(1);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('a message behind the one that names the call', () => {
  const [order, payment] = (recordsOf(fixture('sqs')) ?? []) as object[];
  const join = () => {
    const options = { name: 'join', namespace, store: memoryStore(), leaseMs: 1000 };
    return makeIdempotent(async (_order: unknown, _payment: unknown) => 'joined', options);
  };

  it('G302: counts with its id, and without what a redelivery changes', async () => {
    const call = join();
    await call(order, payment);
    await expect(call(order, { ...payment, messageId: 'another' })).rejects.toMatchObject(mismatch);
    expect(await call(order, { ...payment, receiptHandle: 'another' })).toBe('joined');
  });

  it('G302: counts without its id beside a `key`', async () => {
    const options = { name: 'join', namespace, store: memoryStore(), leaseMs: 1000, key: () => 'k' };
    const call = makeIdempotent(async (_order: unknown, _payment: unknown) => 'joined', options);
    await call(order, payment);
    expect(await call(order, { ...payment, messageId: 'another' })).toBe('joined');
  });
});

describe('a function of one parameter, called by what adds arguments of its own', () => {
  type Each = (list: readonly unknown[], fn: (...args: unknown[]) => Promise<unknown>) => Promise<unknown[]>;
  const { signal } = new AbortController();

  it.each<[name: string, each: Each]>([
    ['Array.prototype.map', (list, fn) => Promise.all(list.map(fn))],
    ['Array.from', (list, fn) => Promise.all(Array.from(new Set(list), fn))],
    ['p-map (element, index)', (list, fn) => Promise.all(list.map((item, index) => fn(item, index)))],
    ['Bluebird (element, index, length)', (list, fn) => Promise.all(list.map((item, at) => fn(item, at, list.length)))],
    ['lodash (value, key, object)', (list, fn) => Promise.all(list.map((item, at) => fn(item, `k${at}`, { ...list })))],
    ['Readable.map (chunk, { signal })', (list, fn) => Promise.all(list.map((item) => fn(item, { signal })))],
  ])('G302: runs a message again that is redelivered in another place: %s', async (_name, each) => {
    const [message, other] = recordsOf(fixture('sqs')) ?? [];
    let runs = 0;
    const pay = makeIdempotent(
      async (record: unknown) => {
        if (record === message && ++runs === 1) throw new Error('failed');
        return 'done';
      },
      { name: 'pay', namespace, store: memoryStore(), leaseMs: 1000, quiet: true },
    ) as (...args: unknown[]) => Promise<unknown>;
    await expect(each([other, message], pay)).rejects.toThrow('failed');
    expect(await each([message], pay)).toEqual(['done']);
    expect(runs).toBe(2);
  });
});

describe('a function that can see more than its length says', () => {
  // biome-ignore lint/suspicious/noExplicitAny: each has parameters of its own
  it.each<[string, (...args: any[]) => Promise<unknown>]>([
    ['a default', async (_sku, at = 0, all = [at]) => all.length],
    ['a rest', async (_sku, ...rest) => rest[1].length],
    ['a rest behind a pattern', async ({ length: _length }, ...rest) => rest[1].length],
    [
      '`arguments`',
      async function (_sku) {
        // biome-ignore lint/complexity/noArguments: what it is about
        return arguments[2].length;
      },
    ],
    [
      '`arguments`, spelled with an escape',
      new Function('return async function (_sku) { return \\u{61}rguments[2].length; }')(),
    ],
    [
      '`eval`, spelled with an escape',
      new Function("return async function (_sku) { return ev\\u0061l('argu' + 'ments')[2].length; }")(),
    ],
    [
      '`eval`, with another letter escaped',
      new Function("return async function (_sku) { return eva\\u006c('argu' + 'ments')[2].length; }")(),
    ],
    ['`eval`', new Function("return async function (_sku) { return eval('argu' + 'ments')[2].length; }")()],
    ['a comment', async (_sku, /* at) => { */ ...rest) => rest[1].length],
    ['`bind`', (async (_sku: string, ...rest: unknown[][]) => rest[1]?.length).bind(undefined)],
  ])('G302: is compared by all: %s', async (_name, fn) => {
    const call = makeIdempotent(fn, { name: 'a', namespace, store: memoryStore(), leaseMs: 1000, key: (sku) => sku });
    expect(await call('a', 0, ['a'])).toBe(1);
    await expect(call('a', 0, ['a', 'b', 'c'])).rejects.toMatchObject(mismatch);
    expect(await call('a', 0, ['a'])).toBe(1);
  });

  it.each([0, 1, 3])('G302: is compared by what it declares, when its `length` was redefined as %s', async (value) => {
    const pay = async ({ id }: { id: string }, amount: number, { currency }: { currency: string }) =>
      `${id} ${amount} ${currency}`;
    const plain = async ({ id }: { id: string }, [amount, currency]: [number, string]) => `${id} ${amount} ${currency}`;
    // biome-ignore format: a trailing comma is what it is about
    const trailing = async (order: { id: string }, amount: number,) => `${order.id} ${amount}`;
    const options = { namespace, leaseMs: 1000, key: (order: { id: string }) => order.id };
    for (const [fn, one, other] of [
      [pay, [1, { currency: 'EUR' }], [1, { currency: 'USD' }]],
      [plain, [[1, 'EUR']], [[1, 'USD']]],
      [trailing, [1], [2]],
    ] as const) {
      const redefined = Object.defineProperty(fn as (...args: unknown[]) => Promise<unknown>, 'length', { value });
      const call = makeIdempotent(redefined, {
        ...options,
        name: 'a',
        store: memoryStore(),
      } as never) as typeof redefined;
      await call({ id: 'o-1' }, ...one);
      await expect(call({ id: 'o-1' }, ...other)).rejects.toMatchObject(mismatch);
    }
  });

  it.each<[string, (fn: (...args: never) => unknown) => unknown]>([
    ['a proxy', (fn) => new Proxy(fn, {})],
    ['bound', (fn) => fn.bind(undefined)],
    [
      'a wrapper',
      (fn) =>
        (...args: never[]) =>
          fn(...(args as never)),
    ],
  ])('G302: is compared by all, when it is %s that says it has one', async (_name, wrap) => {
    const fn = wrap(async (_id: string, amount: number) => amount) as (...args: unknown[]) => Promise<unknown>;
    const said = Object.defineProperty(fn, 'length', { value: 1 });
    const call = makeIdempotent(said, { name: 'a', namespace, store: memoryStore(), leaseMs: 1000, key: (id) => id });
    expect(await call('o-1', 1)).toBe(1);
    await expect(call('o-1', 1000)).rejects.toMatchObject(mismatch);
  });

  it('G302: is compared by as many as it declares, where that is plain', async () => {
    const call = makeIdempotent(async ({ id }: { id: string }, [amount]: number[]) => `${id} ${amount}`, {
      name: 'a',
      namespace,
      store: memoryStore(),
      leaseMs: 1000,
      key: ({ id }) => id,
    }) as (...args: unknown[]) => Promise<unknown>;
    expect(await call({ id: 'o-1' }, [1], 'more')).toBe('o-1 1');
    expect(await call({ id: 'o-1' }, [1], 'other')).toBe('o-1 1');
    await expect(call({ id: 'o-1' }, [2], 'more')).rejects.toMatchObject(mismatch);
  });
});

it('G302: `this` is not compared, but names the operation where `key` or `scope` says so', async () => {
  class Account {
    readonly id: string;
    constructor(id: string) {
      this.id = id;
    }
    async take(amount: number, _request: string) {
      return `${amount} from ${this.id}`;
    }
  }
  const options = { name: 'take', namespace, leaseMs: 1000, key: (_amount: number, request: string) => request };
  const [one, other] = [new Account('A'), new Account('B')];
  const shared = makeIdempotent(one.take, { ...options, store: memoryStore() });
  expect(await shared.call(one, 5, 'r-1')).toBe('5 from A');
  expect(await shared.call(other, 5, 'r-1')).toBe('5 from A');
  const scope = function (this: Account) {
    return this.id;
  };
  const apart = makeIdempotent(one.take as (this: Account, amount: number, request: string) => Promise<string>, {
    ...options,
    scope,
    store: memoryStore(),
  });
  expect(await apart.call(one, 5, 'r-1')).toBe('5 from A');
  expect(await apart.call(other, 5, 'r-1')).toBe('5 from B');
});

describe('an argument that holds something where it isn’t seen', () => {
  class Order {
    #amount: number;
    readonly id = 'o-1';
    constructor(amount: number) {
      this.#amount = amount;
    }
    get amount() {
      return this.#amount;
    }
  }
  class Paid extends Order {
    readonly paid = true;
  }
  class Betrag {
    readonly #überweisung: string;
    readonly currency = 'EUR';
    constructor(which: string) {
      this.#überweisung = which;
    }
    get amount() {
      return this.#überweisung;
    }
  }
  class Masked {
    readonly #which: string;
    readonly currency = 'EUR';
    constructor(which: string) {
      this.#which = which;
    }
    get amount() {
      return this.#which;
    }
    static toString() {
      return 'Masked';
    }
  }
  // biome-ignore lint/suspicious/noExplicitAny: what TypeScript asks of a mixin
  const keeping = <Base extends new (...args: any[]) => object>(base: Base) =>
    class extends base {
      #which = '';
      kept(which: string) {
        this.#which = which;
        return this;
      }
      get which() {
        return this.#which;
      }
    };
  /** An object of a class whose values are in the memory of WebAssembly. */
  const handleOf = (end: string, own: object) => {
    class BigNum {}
    Object.defineProperty(BigNum.prototype, end, { value: () => undefined });
    return Object.assign(new BigNum(), own);
  };

  class Named extends URLPattern {
    constructor(which: string) {
      super({ pathname: `/${which}` });
    }
  }
  class Orphan {
    readonly #which: string;
    constructor(which: string) {
      this.#which = which;
    }
    get which() {
      return this.#which;
    }
  }
  Reflect.deleteProperty(Orphan.prototype, 'constructor');
  class Silent {
    toJSON = undefined;
    id = 1;
    readonly #which: string;
    constructor(which: string) {
      this.#which = which;
    }
    get which() {
      return this.#which;
    }
  }
  const tagged = <Value extends object>(value: Value): Value => Object.assign(value, { tag: 1 });

  it.each<[name: string, what: string, of: (which: 'a' | 'b') => unknown]>([
    ['private fields', 'an Order', (which) => new Order(which.charCodeAt(0))],
    ['private fields of what it extends', 'a Paid', (which) => new Paid(which.charCodeAt(0))],
    ['private fields, and a toJSON that is none', 'a Silent', (which) => new Silent(which)],
    [
      'an inherited property, and a toJSON that is none',
      'an object that inherits from another',
      (which) => Object.assign(Object.create({ which }), { toJSON: 1 }),
    ],
    ['private fields by another alphabet', 'a Betrag', (which) => new Betrag(which)],
    ['private fields of a class that hides its source', 'a Masked', (which) => new Masked(which)],
    ['private fields of a list', 'an Array', (which) => new (keeping(Array))(1).kept(which)],
    ['private fields of a date', 'a Date', (which) => new (keeping(Date))(0).kept(which)],
    ['private fields of bytes', 'a Uint8Array', (which) => new (keeping(Uint8Array))(1).kept(which)],
    ['private fields of a URL', 'a URL', (which) => new (keeping(URL))('https://a.example').kept(which)],
    ['private fields of a class in a proxy', 'a Betrag', (which) => new new Proxy(Betrag, {})(which)],
    [
      'what it inherits from another object',
      'an object that inherits',
      (which) => Object.assign(Object.create({ which }), { a: 1 }),
    ],
    ['a class without a constructor', 'an object that inherits', (which) => Object.assign(new Orphan(which), { a: 1 })],
    ['a handle of wasm-bindgen', 'a BigNum', () => handleOf('free', { __wbg_ptr: 1_114_152 })],
    ['a handle of an older wasm-bindgen', 'a BigNum', () => handleOf('free', { ptr: 1_114_152 })],
    ['a handle of Embind', 'a BigNum', () => handleOf('delete', { $$: { ptr: 1_114_152, count: { value: 1 } } })],
    ['a Date', 'a Date with properties', (zone) => Object.assign(new Date(1), { zone })],
    ['a Buffer', 'a Uint8Array with properties', (to) => Object.assign(Buffer.from('a'), { to })],
    ['floats', 'a Float64Array with properties', (to) => Object.assign(new Float64Array([Number.NaN]), { to })],
    ['an ArrayBuffer', 'an ArrayBuffer with properties', (to) => Object.assign(new ArrayBuffer(1), { to })],
    ['a DataView', 'a DataView with properties', (to) => Object.assign(new DataView(new ArrayBuffer(1)), { to })],
    ['a proxy of an error', 'an', (which) => new Proxy(tagged(new Error(which)), {})],
    ['a proxy of a Map', 'a Map', (which) => new Proxy(tagged(new Map([['a', which]])), {})],
    ['Intl', 'an Intl.NumberFormat', (which) => tagged(new Intl.NumberFormat(which === 'a' ? 'en' : 'de'))],
    ['a WeakRef', 'a WeakRef', (which) => tagged(new WeakRef({ which }))],
    ['URLPattern', 'a URLPattern', (which) => Object.assign(new URLPattern({ pathname: `/${which}` }), { a: 1 })],
    ['a class that extends one without source', 'a Named', (which) => Object.assign(new Named(which), { a: 1 })],
    ['URLSearchParams', 'a URLSearchParams', (which) => tagged(new URLSearchParams({ which }))],
  ])('G305: is refused: %s', async (_name, what, of) => {
    const charge = charging({ key: () => 'k' });
    for (const which of ['a', 'b'] as const) {
      await expect(charge({ list: [of(which)] })).rejects.toMatchObject({
        code: 'ILLEGAL_ARGUMENT',
        message: expect.stringContaining(`argument 1.list[0] is ${what}`),
      });
    }
  });

  it.each<[what: string, of: (which: string) => object]>([
    ['a Date', (zone) => Object.assign(new Date(1), { zone })],
    ['bytes', (to) => Object.assign(Buffer.from('a'), { to })],
  ])('G305: is refused in a key, and in what `fingerprint` returns, too: %s', async (_what, of) => {
    const options = [
      { key: (value: unknown) => ['k', value], fingerprint: () => 'same' },
      { key: () => 'k', fingerprint: (value: unknown) => value },
      { key: () => 'k', fingerprint: (value: unknown) => ({ value }) },
    ];
    for (const option of options) {
      const refusal = { code: 'ILLEGAL_ARGUMENT', message: expect.stringContaining('with properties of its own') };
      await expect(charging(option)(of('a'))).rejects.toMatchObject(refusal);
    }
  });

  it.each<[string, unknown]>([
    ['bytes', Buffer.from('a')],
    ['floats', new Float64Array([Number.NaN, 1])],
    ['a view of a part', new Uint16Array(new ArrayBuffer(8), 2, 2)],
    ['a subclass of bytes', new (class Bytes extends Uint8Array {})(2)],
    ['a proxy of an object', new Proxy({ a: 1 }, {})],
    ['a proxy of a list', new Proxy([1], {})],
    ['a Date', new Date(0)],
  ])('G305: is compared where it holds nothing more: %s', async (_name, value) => {
    const charge = charging({ key: () => 'k' });
    expect(await charge({ value })).toBe(1);
    expect(await charge({ value })).toBe(1);
    await expect(charge({ value: 1 })).rejects.toMatchObject(mismatch);
  });

  it('G304: is refused where parts refer to each other so often that its text has no end in sight', async () => {
    let value: unknown = { a: 1 };
    for (let level = 0; level < 40; level += 1) value = { left: value, right: value };
    await expect(charging({ key: () => 'k' })(value)).rejects.toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringMatching(
        /argument 1 is longer than 33554432 characters as JSON. Pass the option `fingerprint`/,
      ),
    });
  });

  it('G304: is refused where a getter makes new objects without end', async () => {
    const lazy = (): object => ({
      get other() {
        return lazy();
      },
      get another() {
        return lazy();
      },
    });
    await expect(charging({ key: () => 'k' })(lazy())).rejects.toMatchObject({
      message: expect.stringContaining('nested deeper than 500 levels'),
    });
  });
});

describe('a Lambda context among the arguments', () => {
  const context = lambdaContext();
  const order = { id: 'o-1' };

  it.each<[what: string, one: unknown[], other: unknown[]]>([
    ['without one', [order, undefined, 5], [order, context, undefined, 5]],
    ['with one between them', [order, 5], [order, context, 5]],
    ['with one in another place', [order, context, 5], [order, 5, context]],
    ['with `null` in its place', [order, null, 5], [order, context, null, 5]],
    ['with one in front', [order, 5], [context, order, 5]],
  ])('G302: doesn’t move those behind it: %s', async (_what, one, other) => {
    const charge = charging({ key: () => 'k' });
    expect(await charge(...one)).toBe(1);
    await expect(charge(...other)).rejects.toMatchObject(mismatch);
  });

  it.each<[what: string, one: unknown[], other: unknown[]]>([
    ['at the end', [order, 5], [order, 5, context]],
    ['in its place', [order, undefined, 5], [order, context, 5]],
    ['in front', [undefined, order], [context, order]],
  ])('G302: doesn’t count: %s', async (_what, one, other) => {
    const charge = charging({ key: () => 'k' });
    expect(await charge(...one)).toBe(1);
    expect(await charge(...other)).toBe(1);
  });
});

it('what `bind` has set can’t be seen, only what the bound function is called with', async () => {
  const charge = (user: string) =>
    makeIdempotent((async (who: string, amount: number) => [who, amount]).bind(undefined, user), {
      ...{ name: 'charge', namespace, store, key: () => 'k', leaseMs: 1000 },
    });
  const store = memoryStore();
  expect(await charge('ann')(5)).toEqual(['ann', 5]);
  expect(await charge('bob')(5)).toEqual(['ann', 5]);
  await expect(charge('ann')(6)).rejects.toMatchObject(mismatch);
});
