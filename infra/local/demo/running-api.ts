import { cdkSynth } from '../cdk-synth.ts';
import { lookUpLocalRun } from '../find-local-run.ts';
import { startLocalStack } from '../local-stack.ts';

/** An API that runs on this machine, and where its data is. */
export type RunningApi = {
  url: string;
  /** The DynamoDB engine. */
  endpoint: string;
  /** From logical id to local name. */
  tables: Record<string, string>;
  close(): Promise<void>;
};

/** The API that `npm start` runs on this port, if it does; else one of our own. */
export async function findOrStartApi(port: number, log: (line: string) => void): Promise<RunningApi> {
  const url = `http://127.0.0.1:${port}`;
  const lookup = await lookUpLocalRun(url);
  if ('run' in lookup) return { ...lookup.run, url, close: async () => {} };
  if ('other' in lookup) log(`The server on port ${port} is not a local run: ${lookup.other}.`);
  log('Starting an API for the demo alone; npm start, with the same PORT, runs one to look at afterwards.\n');
  const { assembly, remove } = await cdkSynth();
  const stack = await startLocalStack({ assembly, port: 0 });
  return {
    ...stack,
    async close() {
      await stack.close();
      await remove();
    },
  };
}

export function tableNamed(api: RunningApi, prefix: string): string {
  const entry = Object.entries(api.tables).find(([logicalId]) => logicalId.startsWith(prefix));
  if (!entry) throw new Error(`the running API has no table ${prefix}`);
  return entry[1];
}
