/** What a request was sent for. */
export type Role =
  | 'first'
  | 'repeat'
  | 'without-key'
  | 'odd-key'
  | 'other-payload'
  | 'concurrent'
  | 'duplicate'
  | 'failing'
  | 'after-failure'
  | 'other-caller'
  | 'after-window'
  | 'safe'
  | 'preflight';

export interface SentRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
}

export interface Answer {
  /** 0 where there was none: `body` says why. */
  status: number;
  statusText: string;
  headers: Headers;
  body: string;
  ms: number;
}

export interface Exchange {
  role: Role;
  request: SentRequest;
  answer: Answer;
}

export const isSuccess = ({ answer: { status } }: Exchange): boolean => status >= 200 && status < 300;
export const isRefused = ({ answer: { status } }: Exchange): boolean => status >= 400 && status < 500;

/** JSON is compared by its value: a store may keep it in another layout. */
const contentOf = ({ body }: Answer): string => {
  try {
    return JSON.stringify(sorted(JSON.parse(body)));
  } catch {
    return body;
  }
};

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
};

/** Whether two answers say the same. */
export const isSameAnswer = (one: Exchange, other: Exchange): boolean =>
  one.answer.status === other.answer.status && contentOf(one.answer) === contentOf(other.answer);

/** Each answer once, of those that say the same. */
export const distinct = (exchanges: readonly Exchange[]): Exchange[] =>
  exchanges.filter((exchange, index) => exchanges.findIndex((earlier) => isSameAnswer(earlier, exchange)) === index);
