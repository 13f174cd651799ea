const json = `-H 'Content-Type: application/json'`;
const payment = `${json} -d '{"orderId":"o-1","userId":"u-1","amount":42,"currency":"EUR"}'`;
const order = `${json} -d '{"orderNo":"2026-1","userId":"u-1","items":[{"sku":"keyboard","quantity":1}]}'`;

const examples: Record<string, (url: string) => string> = {
  'POST /payments': (url) => `curl -i ${url}/payments -H 'Idempotency-Key: "key-1"' ${payment}`,
  'POST /orders/{orderId}/payments': (url) => `curl -i ${url}/orders/o-1/payments ${payment}`,
  'POST /checkouts': (url) =>
    `curl -i ${url}/checkouts -H 'Idempotency-Key: "key-1"' ${json} -d '{"userId":"u-1","amount":42,"currency":"EUR"}'`,
  'POST /orders': (url) => `curl -i ${url}/orders ${order}`,
  'GET /token/getkey': (url) => `TOKEN=$(curl -s ${url}/token/getkey | cut -d '"' -f 4)`,
  'POST /token/pay': (url) => `curl -i ${url}/token/pay -H "token: $TOKEN" ${payment}`,
};

/** Commands to try, for the routes that the stack has. */
export function exampleCommands(url: string, routeKeys: string[]): string[] {
  const commands = Object.entries(examples).filter(([routeKey]) => routeKeys.includes(routeKey));
  return [...commands.map(([, command]) => command(url)), `curl ${url}/_local`];
}
