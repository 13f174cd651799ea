import type { MakeIdempotent } from './make-idempotent.ts';
import type { MakeIdempotentOptions } from './make-idempotent-options.ts';

/** The decorated method: it may have more parameters than the options' functions name. */
type Method<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Promise<Result>;

export interface IdempotentDecorator {
  /**
   * `makeIdempotent` for an async method, as a standard decorator (not TypeScript's `experimentalDecorators`):
   *
   * ```ts
   * class Billing {
   *   @idempotent({ name: 'Billing.charge', key: (order: Order) => order.id })
   *   async charge(order: Order, context: Context) {}
   * }
   * ```
   *
   * The name must be given: that of the method is not unique, and that of the class changes when it is bundled.
   *
   * @throws {TypeError} at load, when it decorates something else than a method, and as `makeIdempotent`
   * @throws {IdempotencyError} per call, as `makeIdempotent`
   */
  <This = unknown, Args extends unknown[] = []>(
    options: MakeIdempotentOptions<This, Args, unknown>,
  ): <Self extends This, Rest extends unknown[], Result>(
    method: Method<Self, [...Args, ...Rest], Result>,
    context: ClassMethodDecoratorContext<Self, Method<Self, [...Args, ...Rest], Result>>,
  ) => Method<Self, [...Args, ...Rest], Awaited<Result>>;
}

export const idempotentOn =
  (makeIdempotent: MakeIdempotent): IdempotentDecorator =>
  (options) =>
  (method, context) => {
    if (context?.kind !== 'method') {
      throw new TypeError(
        'idempotent: decorates methods only, as a standard decorator: turn `experimentalDecorators` off.',
      );
    }
    return makeIdempotent(method, options as never) as never;
  };
