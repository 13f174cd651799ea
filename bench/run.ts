import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../infra/local/engine.ts';
import { interleave, mean, quantile, type Samples } from './statistics.ts';
import { callWith, createSubjects } from './subjects.ts';

const rounds = 1000;
const warmUp = 200;
const root = join(import.meta.dirname, '..');

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;

const engine = await startEngine();
try {
  const { keyed, slow, inserting, bare, executions } = await createSubjects(engine.endpoint);
  const limits = { rounds, warmUp };

  const first = await interleave(
    {
      ours: (round) => callWith(keyed.ours, `first-${round}`),
      peer: (round) => callWith(keyed.peer, `first-${round}`),
      bare: (round) => bare.first(`first-${round}`),
    },
    limits,
  );
  const replay = await interleave(
    {
      ours: () => callWith(keyed.ours, 'first-0'),
      peer: () => callWith(keyed.peer, 'first-0'),
      bare: () => bare.replay('first-0'),
    },
    limits,
  );
  const insert = await interleave(
    {
      ours: (round) => callWith(inserting.ours, `insert-${round}`),
      peer: (round) => callWith(inserting.peer, `insert-${round}`),
    },
    limits,
  );

  /** 1,000 requests on 50 keys, 25 at a time. */
  const storm = async (subject: 'ours' | 'peer'): Promise<{ executions: number; ms: number }> => {
    const keys = Array.from({ length: 1000 }, (_, index) => `storm-${Math.floor(index / 20)}`);
    const before = executions[subject];
    const startMs = performance.now();
    const worker = async (): Promise<void> => {
      for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
        // The peer throws its refusals.
        await callWith(slow[subject], key).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: 25 }, worker));
    return { executions: executions[subject] - before, ms: performance.now() - startMs };
  };
  const storms = { peer: await storm('peer'), ours: await storm('ours') };

  const ms = (value: number) => value.toFixed(2);
  const latency = (name: string, ours: Samples, peer: Samples, q: number): string => {
    const [a, b] = [quantile(ours.latencyMs, q), quantile(peer.latencyMs, q)];
    return `| ${name} | ${ms(a)} | ${ms(b)} | ${(a / b).toFixed(2)} |`;
  };
  const overhead = (name: string, { ours, peer, bare: floor }: Record<'ours' | 'peer' | 'bare', Samples>): string => {
    const above = ({ cpuMicros }: Samples) => mean(cpuMicros) - mean(floor.cpuMicros);
    const [a, b] = [above(ours), above(peer)];
    return `| ${name} | ${a.toFixed(0)} | ${b.toFixed(0)} | ${(a / b).toFixed(2)} |`;
  };
  const page = `# Benchmarks

Made by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, Node ${process.version},
engine ${engine.kind}; this library against @aws-lambda-powertools/idempotency ${versionOf('@aws-lambda-powertools/idempotency')} (the peer), both on
@middy/core ${versionOf('@middy/core')} and @aws-sdk/client-dynamodb ${versionOf('@aws-sdk/client-dynamodb')}. All in one process, the subjects in turn, one call at a
time, ${rounds} rounds after ${warmUp} to warm up. Machines are shared and noisy: read the ratios, not the milliseconds.

## Latency in milliseconds

| what | this library | the peer | ratio |
| --- | --- | --- | --- |
${latency('first call, p50', first.ours, first.peer, 0.5)}
${latency('first call, p99', first.ours, first.peer, 0.99)}
${latency('replay, p50', replay.ours, replay.peer, 0.5)}
${latency('replay, p99', replay.ours, replay.peer, 0.99)}
${latency('insert with remembered answer, p50', insert.ours, insert.peer, 0.5)}
${latency('insert with remembered answer, p99', insert.ours, insert.peer, 0.99)}

The insert is \`uniqueIndex\` with a key against the peer around a conditional put.

## CPU in microseconds a call, above the bare calls of the SDK

| what | this library | the peer | ratio |
| --- | --- | --- | --- |
${overhead('first call (two writes)', first)}
${overhead('replay (one write)', replay)}

## A storm of duplicates: 1,000 requests on 50 keys, 25 at a time, each run taking 20 ms

| | executions | ms |
| --- | --- | --- |
| this library | ${storms.ours.executions} | ${storms.ours.ms.toFixed(0)} |
| the peer | ${storms.peer.executions} | ${storms.peer.ms.toFixed(0)} |

The peer's further executions are duplicates that ran beside or after the first.

Round trips and capacity of each path don't depend on the machine: [test/cost/paths.test.ts](../test/cost/paths.test.ts) asserts them.
`;
  writeFileSync(join(root, 'docs/benchmarks.md'), page);
  console.log(page);
} finally {
  await engine.close();
}
