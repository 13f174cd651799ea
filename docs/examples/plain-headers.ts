type Lists = Readonly<Record<string, readonly string[]>>;

interface Event {
  headers?: Record<string, string> | Lists;
  multiValueHeaders?: Lists;
  version?: string;
  method?: string;
}

interface Answer {
  headers?: Record<string, unknown>;
  multiValueHeaders?: Record<string, unknown[]>;
}

const texts = (headers: Record<string, string> | Lists): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, [values].flat().join(',')]));

/** Gives a load balancer's lists of headers, or VPC Lattice's, the form that middlewares know, and their answer the form it came in. */
export const plainHeaders = () => {
  const listed = new WeakSet<object>();
  return {
    before: (request: { event: Event; context: object }) => {
      const { event } = request;
      if (event.multiValueHeaders && !event.headers) {
        event.headers = event.multiValueHeaders;
        delete event.multiValueHeaders;
        listed.add(request.context);
      }
      event.headers = texts(event.headers ?? {});
      // Lattice's 2.0 is another form than API Gateway's, which middlewares take it for.
      if (event.method) delete event.version;
    },
    after: ({ context, response }: { context: object; response: Answer }) => {
      if (!listed.has(context)) return;
      const lists = Object.entries(response.headers ?? {}).map(([name, value]) => [name, [value]]);
      response.multiValueHeaders = { ...response.multiValueHeaders, ...Object.fromEntries(lists) };
      delete response.headers;
    },
  };
};
