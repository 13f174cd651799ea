interface Part {
  title: string;
  /** What each page is called in the navigation, by its name without `.md`. */
  pages: Readonly<Record<string, string>>;
}

/** Every page, where a reader looks for it. */
export const contents: readonly Part[] = [
  {
    title: 'Start',
    pages: { start: 'Read this first', 'example-api': 'The example API' },
  },
  {
    title: 'By task',
    pages: {
      'protect-an-endpoint': 'Protect an endpoint',
      'protect-an-insert': 'Protect an insert',
      'one-time-tokens': 'One-time tokens',
      'wrapped-functions': 'Functions without Middy',
      batches: 'Batches and events',
      'downstream-calls': 'Calls downstream',
      client: 'Call it safely',
      frameworks: 'Hono, Express, Fastify, Nest',
      'http-shell': 'HTTP shells',
      testing: 'Testing',
      check: 'Check any API',
      'short-cold-starts': 'Short cold starts',
      'first-request': 'The first request',
      'secrets-at-rest': 'Secrets at rest',
    },
  },
  {
    title: 'By situation',
    pages: {
      'after-a-crash': 'After a crash',
      'keys-and-payloads': 'What is the same request',
      callers: 'Who calls, by which route',
      'stable-ids': 'What a deployment changes',
      'migrate-from-powertools': 'Coming from Powertools',
      'durable-functions': 'Durable functions',
      'several-regions': 'Several Regions',
      'module-systems': 'Module systems',
      redis: 'Redis and Valkey',
      'own-store': 'A store of your own',
    },
  },
  {
    title: 'Deploy and operate',
    pages: {
      permissions: 'Tables and permissions',
      'without-the-cdk': 'Without the CDK',
      operations: 'Operations',
      events: 'Events and metrics',
    },
  },
  {
    title: 'Reference',
    pages: {
      guarantees: 'What is guaranteed',
      compare: 'Beside other libraries',
      'http-answers': 'HTTP answers',
      'reference/index': 'API',
      changelog: 'Changelog',
    },
  },
  {
    title: 'How it is made',
    pages: {
      architecture: 'Architecture',
      decisions: 'Decisions',
      benchmarks: 'Benchmarks',
      performance: 'What was tried for speed',
      contributing: 'Contributing',
      security: 'Security',
    },
  },
];
