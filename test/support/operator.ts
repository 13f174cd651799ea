import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { runOperator } from '../../infra/operator/run-operator.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the command answers
  json: any;
}

interface Sink extends NodeJS.WriteStream {
  text(): string;
}

const sink = (isTTY: boolean): Sink => {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk));
      done();
    },
  });
  return Object.assign(stream, { isTTY, columns: 200, text: () => chunks.join('') }) as unknown as Sink;
};

export interface Typed {
  /** Whether a person looks at it. */
  isTTY?: boolean;
  stdin?: string;
  /** Told how to press Ctrl-C. */
  onStart?(interrupt: () => void): void;
}

/** Runs a command line as the program does, and gives what it printed and ended with. */
export const runLine = async (
  args: readonly string[],
  { isTTY = false, stdin = '', onStart }: Typed = {},
): Promise<Ran> => {
  const [stdout, stderr, signals] = [sink(isTTY), sink(isTTY), new EventEmitter()];
  onStart?.(() => signals.emit('SIGINT'));
  const surroundings = {
    stdout,
    stderr,
    stdin: Readable.from([stdin]),
    on: signals.on.bind(signals),
    off: signals.off.bind(signals),
  };
  const code = await runOperator(args, surroundings as never);
  const text = stdout.text();
  return {
    code,
    stdout: text,
    stderr: stderr.text(),
    json: args.includes('--json') && !args.includes('watch') ? JSON.parse(text) : undefined,
  };
};
