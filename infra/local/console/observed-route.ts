import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { GatewayRoute } from '../gateway.ts';
import { toHttpResponse } from '../http-api-response.ts';
import type { Invocable } from '../invocation.ts';
import type { PlannedAccidents } from './accidents.ts';
import { arrivalOf, consoleHeaders } from './arrival-of.ts';
import { laneAnswerOf } from './lane-answer.ts';
import type { LaneBook } from './lane-book.ts';
import type { Caller } from './protocol.ts';

/** A lane for each request of a route, from its arrival to the answer, which may get lost on its way. */
export function createObservedRoute(book: LaneBook, accidents: PlannedAccidents) {
  const lost = new Set<string>();

  const observedTarget = (target: Invocable): Invocable => ({
    async invoke(payload) {
      const event = JSON.parse(payload) as APIGatewayProxyEventV2;
      if (consoleHeaders.warmUp in event.headers) return target.invoke(payload);
      const lane = book.arrive(arrivalOf(event));
      const outcome = await target.invoke(JSON.stringify(asGatewayWould(event, lane.caller)));
      const isLost = !lane.inner && accidents.take('nextAnswer');
      if (isLost) {
        lost.add(lane.id);
        book.mark(lane, 'lost', 'the answer gets lost on its way to the caller');
      }
      const killed = lane.marks.some(({ kind }) => kind === 'killed');
      book.end(lane, laneAnswerOf(toHttpResponse(outcome), { lost: isLost, killed }));
      return outcome;
    },
  });

  return {
    observed: (route: GatewayRoute): GatewayRoute => ({ ...route, target: observedTarget(route.target) }),
    losesAnswer: (requestId: string): boolean => lost.delete(requestId),
  };
}

/** Names the caller to the function as a JWT authorizer does; what the console tells itself stays outside. */
function asGatewayWould(event: APIGatewayProxyEventV2, caller: Caller | undefined): APIGatewayProxyEventV2 {
  const { [consoleHeaders.group]: _group, [consoleHeaders.caller]: _caller, ...headers } = event.headers;
  const { requestContext } = event;
  if (!caller || 'authorizer' in requestContext) return { ...event, headers };
  const authorizer = { jwt: { claims: { iss: 'https://console.local', sub: caller }, scopes: null } };
  return { ...event, headers, requestContext: { ...requestContext, authorizer } } as APIGatewayProxyEventV2;
}
