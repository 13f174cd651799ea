import { once } from 'node:events';
import { createConnection } from 'node:net';

/** The commands that have come whole, each as it was sent, and what is left. */
export const commandsIn = (data: Buffer): { commands: Buffer[]; rest: Buffer } => {
  const commands: Buffer[] = [];
  let start = 0;
  for (;;) {
    const end = endOfCommand(data, start);
    if (end === undefined) return { commands, rest: data.subarray(start) };
    commands.push(data.subarray(start, end));
    start = end;
  }
};

const endOfCommand = (data: Buffer, start: number): number | undefined => {
  let at = start;
  const line = (): string | undefined => {
    const end = data.indexOf('\r\n', at);
    if (end === -1) return undefined;
    const text = data.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  const count = line();
  if (count === undefined) return undefined;
  for (let left = Number(count.slice(1)); left > 0; left -= 1) {
    const length = line();
    if (length === undefined) return undefined;
    at += Number(length.slice(1)) + 2;
    if (at > data.length) return undefined;
  }
  return at;
};

export const isScriptCall = (command: Buffer): boolean =>
  /^\*\d+\r\n\$\d+\r\nEVAL(SHA)?\r\n/i.test(command.toString('latin1'));

/** A command's name, and what it is given. */
export const partsOf = (command: Buffer): string[] => {
  const parts: string[] = [];
  for (let at = command.indexOf('\r\n') + 2; at < command.length; ) {
    const start = command.indexOf('\r\n', at) + 2;
    const length = Number(command.toString('latin1', at + 1, start - 2));
    parts.push(command.toString('utf8', start, start + length));
    at = start + length + 2;
  }
  return parts;
};

/** An answer as it is sent. */
export const toReply = (value: unknown): string => {
  if (value instanceof Error) return `-${value.message}\r\n`;
  if (Array.isArray(value)) return `*${value.length}\r\n${value.map(toReply).join('')}`;
  if (typeof value === 'number') return `:${value}\r\n`;
  return typeof value === 'string' ? `$${Buffer.byteLength(value)}\r\n${value}\r\n` : '$-1\r\n';
};

const toCommand = (...parts: string[]): string =>
  `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`;

/** Answered by the server, in turn with its other answers. */
export const failing = (error: string): string => toCommand('EVAL', 'return redis.error_reply(ARGV[1])', '0', error);

/** Runs a command by a connection of its own, to know when it was run. */
export const runApart = async (serverPort: number, command: Buffer): Promise<void> => {
  const socket = createConnection({ host: '127.0.0.1', port: serverPort });
  socket.write(command);
  await once(socket, 'data');
  socket.destroy();
};
