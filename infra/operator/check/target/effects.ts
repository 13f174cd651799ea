import { OperatorError } from '../../operator-error.ts';
import type { EffectsSettings } from '../settings.ts';
import { filled, type Operation } from './operation.ts';
import { runCommand } from './shell-command.ts';

/** How many effects the target has had, as it tells: of an operation, or of all. */
export type CountEffects = (operation: Operation) => Promise<number>;

const at = (value: unknown, path: string): unknown => {
  let found = value;
  for (const name of path.split('.').filter(Boolean)) {
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined;
  }
  return found;
};

const counted = (found: unknown, where: string): number => {
  const count = Array.isArray(found) ? found.length : Number(typeof found === 'string' ? found.trim() || NaN : found);
  if (typeof found !== 'object' || Array.isArray(found)) {
    if (Number.isInteger(count) && count >= 0) return count;
  }
  throw new OperatorError(
    'usage',
    `${where} tells no number of effects, and no list: ${JSON.stringify(found) ?? 'nothing'}.`,
  );
};

export const effectsCounter = (
  settings: EffectsSettings,
  { headers, timeoutMs }: { headers: Readonly<Record<string, string>>; timeoutMs: number },
): CountEffects => {
  if ('command' in settings) {
    return async (operation) =>
      counted(await runCommand('--effects-command', filled(settings.command, operation)), '--effects-command');
  }
  return async (operation) => {
    const url = filled(settings.url, operation);
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) }).catch((error: Error) => {
      throw new OperatorError('unreachable', `--effects-url: nothing answers at ${url}: ${error.message}.`, error);
    });
    // What does not exist yet has no effects.
    if (response.status === 404) return 0;
    const text = await response.text();
    if (!response.ok) throw new OperatorError('usage', `--effects-url: ${url} answers ${response.status}.`);
    try {
      return counted(at(JSON.parse(text), settings.path), `${url} at --effects-path "${settings.path}"`);
    } catch (error) {
      if (error instanceof OperatorError) throw error;
      throw new OperatorError('usage', `--effects-url: ${url} answers no JSON.`, error);
    }
  };
};
