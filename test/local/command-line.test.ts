import { expect, test } from 'vitest';
import { readCommandLine, UsageError } from '../../infra/local/command-line.ts';

test('without arguments the synthesized stack runs on port 3000', () => {
  expect(readCommandLine([], undefined)).toEqual({ assembly: 'cdk.out', port: 3000, environment: {} });
});

test('arguments and PORT say what runs, how and where', () => {
  const args = ['--set', 'A=1', '--set', 'B=x=y', '--set', 'C=', '--engine', 'dynamodb-local', '--assembly', 'out'];
  expect(readCommandLine(args, '8080')).toEqual({
    assembly: 'out',
    port: 8080,
    engine: 'dynamodb-local',
    environment: { A: '1', B: 'x=y', C: '' },
  });
});

test.each([
  [['--set', 'A'], undefined, '--set takes NAME=VALUE, not "A"'],
  [['--set', '=1'], undefined, '--set takes NAME=VALUE, not "=1"'],
  [['--engine', 'mysql'], undefined, '--engine takes dynoxide or dynamodb-local, not "mysql"'],
  [['--verbose'], undefined, "Unknown option '--verbose'"],
  [['extra'], undefined, "Unexpected argument 'extra'"],
  [[], 'http', 'PORT takes a port number, not "http"'],
  [[], '65536', 'PORT takes a port number, not "65536"'],
])('%j with PORT %s is a usage error', (args, port, message) => {
  expect(() => readCommandLine(args, port)).toThrow(UsageError);
  expect(() => readCommandLine(args, port)).toThrow(message);
});
