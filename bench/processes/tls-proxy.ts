import { readFileSync } from 'node:fs';
import { Agent, request as requestHttp } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

// TLS before an engine that has none, as DynamoDB has it: prints its port, and ends with its input.
const [, , engine = '', keyFile = '', certificateFile = ''] = process.argv;
const { hostname, port } = new URL(engine);
const agent = new Agent({ keepAlive: true });

const tls = { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
const server = createServer(tls, (incoming, response) => {
  const { method, url, headers } = incoming;
  const forwarded = requestHttp({ hostname, port, method, path: url, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  forwarded.on('error', () => response.destroy());
  incoming.pipe(forwarded);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().on('end', () => process.exit());
