const shown = new WeakMap<object, object>();

/** What a view shows; any other object is itself. */
export const shownBy = <Context extends object>(context: Context): Context =>
  (shown.get(context) as Context | undefined) ?? context;

/**
 * An object that has what another one has, and more. An instance of a class, such as the context of a durable execution, can't be copied: its
 * methods may find what it knows in it alone.
 *
 * @param hidden the name of a property that the view lacks
 */
export const viewOf = <Context extends object>(
  context: Context,
  added: PropertyDescriptorMap,
  hidden?: PropertyKey,
): Context => {
  const more: object = Object.create(Object.getPrototypeOf(context), added);
  const isAdded = (name: PropertyKey): boolean => Object.hasOwn(more, name);
  const view = new Proxy(more, {
    has: (_, name) => isAdded(name) || (name !== hidden && name in context),
    get: (_, name) => {
      if (isAdded(name) || name === hidden) return isAdded(name) ? Reflect.get(more, name) : undefined;
      const value: unknown = Reflect.get(context, name);
      return typeof value === 'function' && !Object.hasOwn(context, name) ? value.bind(context) : value;
    },
    set: (_, name, value) =>
      (!isAdded(name) && Reflect.set(context, name, value)) || Reflect.defineProperty(more, name, open(value)),
    ownKeys: () =>
      [...new Set([...Reflect.ownKeys(context), ...Reflect.ownKeys(more)])].filter(
        (name) => name !== hidden || isAdded(name),
      ),
    getOwnPropertyDescriptor: (_, name) => {
      const own = Object.getOwnPropertyDescriptor(more, name);
      const inContext = name === hidden ? undefined : Object.getOwnPropertyDescriptor(context, name);
      return own ?? (inContext && { ...open(Reflect.get(context, name)), enumerable: inContext.enumerable === true });
    },
  });
  shown.set(view, shownBy(context));
  return view as Context;
};

const open = (value: unknown): PropertyDescriptor => ({ value, writable: true, enumerable: true, configurable: true });
