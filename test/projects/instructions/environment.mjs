// An execution environment whose instructions are counted: loads the handler that the first argument names, and calls it so often.
for (const name of ['fs', 'http', 'net', 'os', 'path', 'util', 'worker_threads'])
  process.getBuiltinModule(`node:${name}`);

// Under valgrind all takes forty times as long, and what gives up after a time shall do so no sooner: else the machine's speed counts.
const { setTimeout: setRealTimeout } = globalThis;
globalThis.setTimeout = (callback, ms, ...args) => setRealTimeout(callback, 40 * ms, ...args);

const [, , path, calls] = process.argv;
const { handler } = await import(path);
const body = JSON.stringify({ orderId: 'o-1', userId: 'u-1', amount: 100 });
for (let call = 0; call < Number(calls); call += 1) {
  const event = {
    version: '2.0',
    routeKey: 'POST /payments',
    rawPath: '/payments',
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'idempotency-key': `key-${call}` },
    requestContext: {
      requestId: `${call}`,
      domainName: 'api.example.com',
      stage: '$default',
      http: { method: 'POST', path: '/payments' },
    },
    body,
    isBase64Encoded: false,
  };
  const context = { functionName: 'pay', awsRequestId: 'request', getRemainingTimeInMillis: () => 600_000 };
  const { statusCode } = await handler(event, context);
  if (statusCode !== 201) throw new Error(`The answer is ${statusCode}.`);
}
