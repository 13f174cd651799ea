import type { HttpResponse } from '../http-api-response.ts';
import type { LaneAnswer, LaneEnd } from './protocol.ts';

const shownLength = 300;

/** What the caller gets, and how the lane ends by that. */
export function laneAnswerOf(
  { statusCode, headers, body }: HttpResponse,
  { lost, killed }: { lost: boolean; killed: boolean },
): LaneAnswer {
  const header = (name: string) => headers.find(([found]) => found.toLowerCase() === name)?.[1];
  const text = body.toString();
  const code = codeOf(text);
  const retryAfter = header('retry-after');
  return {
    status: statusCode,
    end: lost ? 'unanswered' : killed ? 'killed' : endOf(statusCode, header('idempotent-replayed') !== undefined),
    ...(code !== undefined && { code }),
    ...(retryAfter !== undefined && { retryAfterSeconds: Number(retryAfter) }),
    body: text.length > shownLength ? `${text.slice(0, shownLength)}…` : text,
  };
}

function endOf(status: number, replayed: boolean): LaneEnd {
  if (replayed) return 'replayed';
  if (status < 400) return 'done';
  return status < 500 ? 'refused' : 'failed';
}

function codeOf(body: string): string | undefined {
  try {
    const { code, title } = JSON.parse(body) as { code?: unknown; title?: unknown };
    if (typeof code === 'string') return code;
    return typeof title === 'string' ? title : undefined;
  } catch {
    return undefined;
  }
}
