import { bypassProxyOnLoopback } from './bypass-proxy.ts';

/** What a local run tells of itself. */
export type LocalRun = {
  /** The DynamoDB engine. */
  endpoint: string;
  /** From logical id to local name. */
  tables: Record<string, string>;
  functions: { name: string; routes: string[]; processes: { pid: number; busy: boolean }[] }[];
};

/** A local run, or why there is none: nothing listens, or what listens is something else. */
export type Lookup = { run: LocalRun } | { nothing: unknown } | { other: string };

const answerLimitMs = 5_000;

export async function lookUpLocalRun(url: string): Promise<Lookup> {
  bypassProxyOnLoopback();
  try {
    const response = await fetch(new URL('/_local', url), { signal: AbortSignal.timeout(answerLimitMs) });
    const run = readLocalRun(await response.text());
    return run
      ? { run }
      : { other: `it answers GET /_local with ${response.status} and no description of a local run` };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return { other: 'it gives no answer' };
    return hasAnswered(error) ? { other: 'it speaks no HTTP' } : { nothing: error };
  }
}

function readLocalRun(text: string): LocalRun | undefined {
  try {
    const run = JSON.parse(text) as Partial<LocalRun> | null;
    return run && typeof run.endpoint === 'string' && run.tables && run.functions ? (run as LocalRun) : undefined;
  } catch {
    return undefined;
  }
}

/** Something has taken the connection, and ended it or answered what is no HTTP. */
function hasAnswered(error: unknown): boolean {
  const { name, code } = (error as { cause?: { name?: string; code?: string } }).cause ?? {};
  return name === 'HTTPParserError' || code === 'UND_ERR_SOCKET' || code === 'ECONNRESET';
}
