import type { MakeIdempotent } from './make-idempotent.ts';
import type { MakeIdempotentOptions } from './make-idempotent-options.ts';

/** The decorated method: it may have more parameters than the options' functions name. */
type Method<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Promise<Result>;

/** Decorates a method under either kind of decorators, the standard's and those of `experimentalDecorators`. */
interface MethodDecorator<This, Args extends unknown[]> {
  <Self extends This, Rest extends unknown[], Result>(
    method: Method<Self, [...Args, ...Rest], Result>,
    context: ClassMethodDecoratorContext<Self, Method<Self, [...Args, ...Rest], Result>>,
  ): Method<Self, [...Args, ...Rest], Awaited<Result>>;
  <Self extends This, Rest extends unknown[], Result>(
    target: Self,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<Method<Self, [...Args, ...Rest], Result>>,
  ): TypedPropertyDescriptor<Method<Self, [...Args, ...Rest], Result>>;
}

export interface IdempotentDecorator {
  /**
   * `makeIdempotent` for an async method, as a standard decorator or under TypeScript's `experimentalDecorators`:
   *
   * `name` is required: the method's own name is not unique, and the class's name changes when it is bundled.
   *
   * @throws {TypeError} at load, when it decorates anything but a method, and as `makeIdempotent`
   * @throws {IdempotencyError} per call, as `makeIdempotent`
   *
   * @example
   * ```ts
   * class Billing {
   *   @idempotent({ name: 'Billing.charge', key: (order: Order) => order.id })
   *   async charge(order: Order, _context: Context) {
   *     charged.push(order);
   *   }
   * }
   * ```
   */
  <This = unknown, Args extends unknown[] = []>(
    options: MakeIdempotentOptions<This, Args, unknown>,
  ): MethodDecorator<This, Args>;
}

type AnyMethod = (...args: unknown[]) => unknown;

const isMethod = (value: unknown): value is AnyMethod => typeof value === 'function';

export const idempotentOn =
  (makeIdempotent: MakeIdempotent): IdempotentDecorator =>
  (options) => {
    const wrap = (method: AnyMethod) => makeIdempotent(method, options as never);
    const decorate = (
      target: unknown,
      context: ClassMethodDecoratorContext | string | symbol | undefined,
      descriptor?: PropertyDescriptor,
    ): unknown => {
      if (typeof context === 'object' && context.kind === 'method' && isMethod(target)) return wrap(target);
      if (isMethod(descriptor?.value)) return { ...descriptor, value: wrap(descriptor.value) };
      throw new TypeError('idempotent: decorates methods only.');
    };
    return decorate as never;
  };
