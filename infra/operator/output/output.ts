import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where a command says what it found. Answers go to stdout, everything else to stderr. */
export interface Output {
  isJson: boolean;
  /** Whether a person looks at it: else no colours, and nothing that moves. */
  isTerminal: boolean;
  stderr: NodeJS.WriteStream;
  print(text: string): void;
  /** The whole answer of a command, for programs. */
  json(value: unknown): void;
  /** One of several answers, as a line. */
  line(value: unknown): void;
  note(text: string): void;
  style(style: Style, text: string): string;
}

export interface Streams {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

export const createOutput = ({ stdout, stderr }: Streams, isJson: boolean): Output => {
  const isTerminal = stdout.isTTY === true && stderr.isTTY === true && !isJson;
  const hasColours = isTerminal && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  return {
    isJson,
    isTerminal,
    stderr,
    print: (text) => void stdout.write(`${text}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value, undefined, 2)}\n`),
    line: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    style: (style, text) => (hasColours ? styleText(style, text, { validateStream: false }) : text),
  };
};
