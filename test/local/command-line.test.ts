import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCommandLine, UsageError } from '../../infra/local/command-line.ts';

test('without arguments the stack of the project runs on port 3000, or a free one', () => {
  expect(readCommandLine([], undefined)).toEqual({ port: 3000, anyPort: true, store: 'dynamodb', environment: {} });
  expect(readCommandLine([], '')).toEqual({ port: 3000, anyPort: true, store: 'dynamodb', environment: {} });
});

test('--keep keeps the data in the project, or where --data says', () => {
  const project = join(import.meta.dirname, '../..');
  expect(readCommandLine(['--keep'], undefined)).toMatchObject({ keepIn: join(project, '.cache/local-run') });
  expect(readCommandLine(['--keep', '--data', '/data'], undefined)).toMatchObject({ keepIn: '/data' });
});

test('arguments and PORT say what runs, how and where', () => {
  const args = ['--set', 'A=1', '--set', 'B=x=y', '--set', 'C=', '--engine', 'dynamodb-local'];
  expect(readCommandLine([...args, '--assembly', 'out'], '8080')).toEqual({
    assembly: 'out',
    port: 8080,
    anyPort: false,
    engine: 'dynamodb-local',
    store: 'dynamodb',
    environment: { A: '1', B: 'x=y', C: '' },
  });
});

test('--store redis keeps the records there', () => {
  expect(readCommandLine(['--store', 'redis'], undefined)).toMatchObject({ store: 'redis' });
});

test.each([
  [['--set', 'A'], undefined, '--set takes NAME=VALUE, not "A"'],
  [['--set', '=1'], undefined, '--set takes NAME=VALUE, not "=1"'],
  [['--engine', 'mysql'], undefined, '--engine takes dynoxide or dynamodb-local, not "mysql"'],
  [['--data', 'here'], undefined, '--data needs --keep'],
  [['--store', 'mysql'], undefined, '--store takes dynamodb or redis, not "mysql"'],
  [['--store', 'redis', '--keep'], undefined, '--store redis starts an empty Redis'],
  [['--verbose'], undefined, "Unknown option '--verbose'"],
  [['extra'], undefined, "Unexpected argument 'extra'"],
  [[], 'http', 'PORT takes a port number, not "http"'],
  [[], '65536', 'PORT takes a port number, not "65536"'],
])('%j with PORT %s is a usage error', (args, port, message) => {
  expect(() => readCommandLine(args, port)).toThrow(UsageError);
  expect(() => readCommandLine(args, port)).toThrow(message);
});
