import type { Incoming } from './incoming.ts';
import { principalOfRequest } from './principal.ts';

/** The scope unless `scope` says otherwise: a key is only ever compared with keys of the same caller on the same route. */
export const callerAndRoute = ({ http }: Pick<Incoming, 'http'>) => ({
  principal: principalOfRequest(http),
  route: http?.route ?? null,
});
