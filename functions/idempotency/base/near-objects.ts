import { isObject } from './fields.ts';
import { isContainer } from './plain.ts';

/** Frameworks' contexts lead to all of a server; what matters is near. */
const mostObjects = 1000;

/**
 * The nearest object that is such, among a value and the thousand objects nearest to it; `undefined` if there is none. Getters are not called,
 * and what can't be read is none.
 *
 * @param isOutside what to pass over, with all that it refers to
 */
export const findNear = (
  from: unknown,
  is: (object: object) => boolean,
  isOutside: (object: object) => boolean = () => false,
): object | undefined => {
  const near = new Set<object>(isObject(from) ? [from] : []);
  for (const object of near) {
    try {
      if (isOutside(object)) continue;
      if (is(object)) return object;
      for (const inner of objectsIn(object)) if (near.size < mostObjects) near.add(inner);
    } catch {
      // It is refused where it is compared.
    }
  }
  return undefined;
};

const objectsIn = (object: object): object[] => {
  if (ArrayBuffer.isView(object)) return [];
  const names = Reflect.ownKeys(object).slice(0, mostObjects);
  return [...names.map((name) => ownValue(object, name)), ...contentsOf(object), inheritedFrom(object)].filter(
    isObject,
  );
};

/** The object from which one inherits that was made by `Object.create`: what it has is as near. */
const inheritedFrom = (object: object): unknown => {
  const prototype: unknown = Object.getPrototypeOf(object);
  return isObject(prototype) && Object.hasOwn(prototype, 'constructor') ? undefined : prototype;
};

/** What is in a `Map`, as frameworks keep the context of a request, or in a `Set`. */
const contentsOf = (object: object): unknown[] => {
  if (isContainer(object)) return [];
  const { isMap, isSet } = process.getBuiltinModule('node:util').types;
  if (isMap(object)) return [...Map.prototype.entries.call(object).take(mostObjects)].flat();
  return isSet(object) ? [...Set.prototype.values.call(object).take(mostObjects)] : [];
};

/** A property of the object's own that is no getter. */
export const ownValue = (object: object, name: PropertyKey): unknown =>
  Object.getOwnPropertyDescriptor(object, name)?.value;
