import { changed, fixture, type Sample } from '../request/fixture.ts';

export interface Request {
  method?: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** A service that calls functions for HTTP requests. */
export interface Entrance {
  event(request: Request): Sample;
  /** The headers of an answer that this service reads, their names in lower case. */
  headersOf(answer: Sample): Record<string, string>;
  /** Whether a browser's preflight comes this way. */
  preflights: boolean;
}

type Headers = Readonly<Record<string, unknown>>;

const lowerCase = (headers: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries((headers ?? {}) as Headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );

const listsOf = (headers: Headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

/** As load balancers and VPC Lattice do. */
const forwarded = (headers: Headers) => ({ ...headers, 'x-forwarded-for': '192.0.2.1' });

const ofHeaders = ({ headers }: Sample) => lowerCase(headers);
const ofLists = ({ multiValueHeaders }: Sample) => lowerCase(multiValueHeaders);

/** API Gateway keeps the case of names, and leaves lists beside them. */
const capitalized = (headers: Headers) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()), value]),
  );

const format1 = (name: string): Entrance => ({
  event: ({ method = 'POST', headers, body }) =>
    changed(fixture(name), {
      httpMethod: method,
      headers: capitalized(headers),
      multiValueHeaders: listsOf(capitalized(headers)),
      body,
    }),
  headersOf: (answer) => ({ ...ofHeaders(answer), ...ofLists(answer) }),
  preflights: true,
});

const format2 = (name: string): Entrance => ({
  event: ({ method = 'POST', headers, body }) =>
    changed(fixture(name), { headers, body, 'requestContext/http/method': method }),
  headersOf: ofHeaders,
  preflights: true,
});

const loadBalancer: Entrance = {
  event: ({ method = 'POST', headers, body }) =>
    changed(fixture('alb-oidc'), { httpMethod: method, headers: forwarded(headers), body }),
  headersOf: ofHeaders,
  preflights: true,
};

const loadBalancerWithLists: Entrance = {
  event: ({ method = 'POST', headers, body }) =>
    changed(fixture('alb-multi-value'), { httpMethod: method, multiValueHeaders: listsOf(forwarded(headers)), body }),
  headersOf: ofLists,
  preflights: true,
};

const lattice = (name: string, formOf: (headers: Headers) => unknown, encoding: object): Entrance => ({
  event: ({ headers, body }) => changed(fixture(name), { headers: formOf(forwarded(headers)), body, ...encoding }),
  headersOf: ofHeaders,
  preflights: false,
});

export const entrances: Readonly<Record<string, Entrance>> = {
  'a REST API': format1('rest-api-key'),
  'an HTTP API, format 1.0': format1('http-v1-format'),
  'an HTTP API, format 2.0': format2('http-jwt'),
  'a function URL': format2('url-none'),
  'a load balancer': loadBalancer,
  'a load balancer with multi-value headers': loadBalancerWithLists,
  'VPC Lattice, format 1.0': lattice('lattice-v1', (headers) => headers, { is_base64_encoded: false }),
  'VPC Lattice, format 2.0': lattice('lattice-v2', listsOf, {}),
};
