import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dangers } from '../../infra/idempotency-monitoring/alarms.ts';
import { actions, actionsText, type CommandName } from '../../infra/operator/actions.ts';
import { exitCodes } from '../../infra/operator/exit-codes.ts';
import { createProgram } from '../../infra/operator/program.ts';
import { states } from '../../infra/operator/records/state.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
const program = createProgram([], '0', async () => {});
const optionsOf = (command: string): string[] =>
  program.commands.find((known) => known.name() === command)?.options.map(({ long }) => long ?? '') ?? [];

it('names every command with the actions that it needs', () => {
  expect(program.commands.map((command) => command.name()).sort()).toEqual(Object.keys(actions).sort());
  for (const command of Object.keys(actions) as CommandName[]) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${command}\` |`));
    expect(row?.split('|').at(-2)?.trim().replaceAll('`', '')).toBe(actionsText(command));
  }
});

it.each(['operations', 'check'])('the page %s has only command lines that the tool takes', (name) => {
  const text = readFileSync(join(import.meta.dirname, `../../docs/${name}.md`), 'utf8');
  const lines = [...text.matchAll(/npx middy-idempotency (\w+)([^\n`]*)/g)];
  expect(lines.length).toBeGreaterThan(0);
  for (const [line, command = '', rest = ''] of lines) {
    const flags = rest.match(/(?<=\s)--[\w-]+/g) ?? [];
    expect([line, optionsOf(command)]).toEqual([line, expect.arrayContaining(flags)]);
  }
});

it('names only options that a command has', () => {
  const known = new Set(program.commands.flatMap((command) => optionsOf(command.name())));
  for (const [, flag = ''] of page.matchAll(/`(--[\w-]+)/g)) expect(known).toContain(flag);
});

it('lists every exit code and every state', () => {
  for (const code of Object.values(exitCodes)) expect(page).toContain(`\n| ${code} |`);
  for (const state of states) expect(page).toContain(`| \`${state}\` |`);
});

it('has the runbook that each alarm names', () => {
  const anchors = [...page.matchAll(/^## (.*)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));
  for (const [alarm, { runbook }] of Object.entries(dangers)) {
    expect(anchors).toContain(runbook);
    expect(page).toContain(`\`${alarm}\``);
  }
});
