import { type Route, routeOf } from './http/route-of.ts';
import { type Principal, principalOf } from './principal/principal-of.ts';

/** The scope unless `scope` says otherwise: a key is only ever compared with keys of the same caller on the same route. */
export const callerAndRoute = (event: unknown): readonly [Principal, Route | 'none'] => [
  principalOf(event),
  routeOf(event) ?? 'none',
];
