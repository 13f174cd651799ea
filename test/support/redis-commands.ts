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
