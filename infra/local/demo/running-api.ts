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
export async function findOrStartApi(port: number, assembly: string): Promise<RunningApi> {
  const url = `http://127.0.0.1:${port}`;
  const found = await fetch(`${url}/_local`).catch(() => undefined);
  if (found?.ok) {
    const { endpoint, tables } = (await found.json()) as Pick<RunningApi, 'endpoint' | 'tables'>;
    return { url, endpoint, tables, close: async () => {} };
  }
  return startLocalStack({ assembly, port: 0 });
}

export function tableNamed(api: RunningApi, prefix: string): string {
  const entry = Object.entries(api.tables).find(([logicalId]) => logicalId.startsWith(prefix));
  if (!entry) throw new Error(`the running API has no table ${prefix}`);
  return entry[1];
}
