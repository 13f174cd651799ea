export type Match<Route> = { route: Route; pathParameters: Record<string, string> };

type Candidate<Route> = { route: Route; rank: string; match(method: string, path: string): Match<Route> | undefined };

/**
 * Finds the route of a request as an HTTP API does: one for the whole path before a greedy one before `$default`; among
 * those a literal method before `ANY`, which is observed and not documented; then the more literal path.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function createRouter<Route extends { routeKey: string }>(routes: Route[]) {
  const candidates = routes.map(compile).sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return (method: string, path: string): Match<Route> | undefined => {
    for (const candidate of candidates) {
      const match = candidate.match(method, path);
      if (match) return match;
    }
    return undefined;
  };
}

function compile<Route extends { routeKey: string }>(route: Route): Candidate<Route> {
  if (route.routeKey === '$default') return { route, rank: '2', match: () => ({ route, pathParameters: {} }) };
  const [method = '', template = ''] = route.routeKey.split(' ');
  const segments = template.split('/');
  const greedy = segments.some(isGreedy) ? '1' : '0';
  const any = method === 'ANY' ? '1' : '0';
  return {
    route,
    rank: greedy + any + segments.map(rankOf).join(''),
    match(requestMethod, path) {
      if (method !== 'ANY' && method !== requestMethod) return undefined;
      const pathParameters = matchSegments(segments, path.split('/'));
      return pathParameters && { route, pathParameters };
    },
  };
}

function matchSegments(template: string[], path: string[]): Record<string, string> | undefined {
  const parameters: [string, string][] = [];
  for (const [index, segment] of template.entries()) {
    const rest = path.slice(index);
    const [value] = rest;
    if (isGreedy(segment)) {
      const remainder = rest.join('/');
      return remainder ? Object.fromEntries([...parameters, [segment.slice(1, -2), remainder]]) : undefined;
    }
    if (isParameter(segment)) {
      if (!value) return undefined;
      parameters.push([segment.slice(1, -1), value]);
    } else if (segment !== value) return undefined;
  }
  return template.length === path.length ? Object.fromEntries(parameters) : undefined;
}

function rankOf(segment: string): string {
  return isGreedy(segment) ? '2' : isParameter(segment) ? '1' : '0';
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('}');
}

function isGreedy(segment: string): boolean {
  return isParameter(segment) && segment.endsWith('+}');
}
