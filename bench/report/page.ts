import type { Sizes } from '../bundle-size.ts';
import { picture } from '../charts/picture.ts';
import type { Latency } from '../latency.ts';
import type { OnRedis } from '../redis.ts';
import type { Storm } from '../storm.ts';
import type { Subject } from '../subjects.ts';
import { bundleSizeSection } from './bundle-size.ts';
import { type ColdStartSections, coldStartSection } from './cold-start.ts';
import { cpuSection } from './cpu.ts';
import { type Growth, growthSection } from './growth.ts';
import { latencySection } from './latency.ts';
import { describeMachine, describePackages } from './machine.ts';
import { redisSection } from './redis.ts';
import { stormSection } from './storm.ts';

export interface Measurements {
  engineKind: string;
  latency: Latency;
  storms: Record<Subject, Storm[]>;
  growth: Growth;
  redis: OnRedis;
  coldStarts: ColdStartSections;
  sizes: Sizes;
}

// Read before the run, which is long.
const packages = describePackages(['@middy/core', '@aws-sdk/client-dynamodb', 'esbuild']);
const peer = describePackages(['@aws-lambda-powertools/idempotency']);

const head = (engineKind: string): string => `# Benchmarks

Made by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${describeMachine()}, engine ${engineKind}.
${packages}.

- **this library** with its default client, that of the AWS SDK; **lean client**: the same from \`middy-idempotency/lean\`.
- **the peer** is ${peer}, its Middy flavour, with its default client. It takes the same key, from
  the header, and compares the same payload, the body.
- **bare calls** are the floor: the least requests that can do the work, a conditional put and a conditional update of two
  attributes, and for a replay one put that is refused and returns the record.

The subjects run in one process, one call at a time, in another random order each round; DynamoDB is a process of its own, on the same
machine, so its time is in the latencies, not in the CPU. Machines are shared and noisy: read the ratios, not the
milliseconds.`;

const foot =
  "Round trips and capacity of each path don't depend on the machine: `test/cost/paths.engine.test.ts` asserts them.";

export const composePage = ({ engineKind, latency, storms, growth, coldStarts, sizes, redis }: Measurements): string =>
  [
    head(engineKind),
    picture('charts', 'first-request', 'The first request of an environment, in bars'),
    picture('charts', 'cpu', 'CPU time of a call, in bars'),
    picture('charts', 'throughput', 'Calls a second, in bars'),
    latencySection(latency),
    cpuSection(latency),
    stormSection(storms),
    coldStartSection(coldStarts),
    bundleSizeSection(sizes),
    growthSection(growth),
    redisSection(redis),
    foot,
  ]
    .join('\n\n')
    .concat('\n');
