import { NotTried } from '../not-tried.ts';
import type { CheckSettings } from '../settings.ts';
import { type CountEffects, effectsCounter } from './effects.ts';
import { type Exchange, isSuccess, type Role } from './exchange.ts';
import { filled, newOperation, type Operation } from './operation.ts';
import type { Sender } from './sender.ts';

export type KeyForm = 'quoted' | 'bare';

export interface Variation {
  /** The header's value as it is to be sent; `null` sends none. @default the operation's key, in the form that the target takes */
  keyValue?: string | null;
  body?: string | undefined;
  /** In the place of the caller's. */
  caller?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  /** Sends none of the headers that the user gave: as a browser does by itself. */
  isBare?: boolean;
  method?: string;
  url?: string;
}

/** The API that is checked, and how it is asked. */
export class Target {
  readonly settings: CheckSettings;
  readonly exchanges: readonly Exchange[];
  keyForm: KeyForm = 'quoted';
  readonly #sender: Sender;
  readonly #count: CountEffects | undefined;

  constructor(settings: CheckSettings, sender: Sender) {
    this.settings = settings;
    this.#sender = sender;
    this.exchanges = sender.exchanges;
    this.#count = settings.effects && effectsCounter(settings.effects, settings);
  }

  send(role: Role, operation: Operation, variation: Variation = {}): Promise<Exchange> {
    const { settings } = this;
    const { keyValue = this.keyText(operation.key), caller, headers, isBare, method = settings.method } = variation;
    const body = 'body' in variation ? variation.body : settings.body;
    const sent = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(!isBare && settings.headers),
      ...caller,
      ...headers,
      ...(settings.origin && { origin: settings.origin }),
      ...(keyValue !== null && { [settings.keyHeader]: keyValue }),
    };
    return this.#sender.send(role, {
      method,
      url: filled(variation.url ?? settings.url, operation),
      headers: Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, filled(value, operation)])),
      ...(body !== undefined && { body: filled(body, operation) }),
    });
  }

  /** Sends what must be done, so that the rest of a probe can be judged. */
  async accepted(role: Role, operation: Operation, variation: Variation = {}): Promise<Exchange> {
    const exchange = await this.send(role, operation, variation);
    if (isSuccess(exchange)) return exchange;
    throw new NotTried(
      `what was to come before it was answered with ${exchange.answer.status || exchange.answer.body}`,
    );
  }

  pause(ms: number): Promise<void> {
    return this.#sender.pause(ms);
  }

  newOperation(): Operation {
    return newOperation();
  }

  keyText(key: string): string {
    return this.keyForm === 'quoted' ? `"${key}"` : key;
  }

  /** What is done, and how many effects came of it, if the target tells. */
  async withEffects<Result>(
    operation: Operation,
    work: () => Promise<Result>,
  ): Promise<Result & { effects: number | undefined }> {
    const before = await this.#count?.(operation);
    const result = await work();
    const after = await this.#count?.(operation);
    return { ...result, effects: before === undefined || after === undefined ? undefined : after - before };
  }

  /** How long the target takes for one operation, as far as was seen. */
  get usualMs(): number {
    return Math.min(
      ...this.exchanges.filter((seen) => seen.role === 'first' && isSuccess(seen)).map(({ answer }) => answer.ms),
    );
  }
}
