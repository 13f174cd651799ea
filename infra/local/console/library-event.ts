/** What the library's events tell in words; those that the calls to the table show already are left out. */
const words: Record<string, string> = {
  replayed: 'event replayed: the repeat got the remembered answer',
  completed: 'event completed: the answer is remembered',
  released: 'event released: the operation may be tried again at once',
  undone: 'event undone: the claim was taken back, and counts for nothing',
  held: 'event held: the handler may still be running, so the claim stays',
  'in-progress': 'event in-progress: a duplicate was refused while another one ran',
  mismatch: 'event mismatch: the key came back with another payload',
  refused: 'event refused',
  'token-consumed': 'event token-consumed: the token was used up',
  'token-refused': 'event token-refused: the token was unknown, used, or somebody else’s',
  committed: 'event committed: the writes are stored',
  'writes-discarded': 'event writes-discarded: the writes were dropped',
  'lease-lost': 'event lease-lost: this run outlived its lease, and another one has taken over',
  'completion-failed': 'event completion-failed: the answer could not be stored',
  'release-failed': 'event release-failed: the operation could not be freed',
  'store-unavailable': 'event store-unavailable: the table could not be reached in time',
  'outcome-unknown': 'event outcome-unknown: an earlier run went silent',
  claimed: 'event claimed: an earlier claim whose lease had ended was taken over',
};

/** An event of the library, from the line of metrics that a function writes of it. */
export function libraryEventOf(line: string): { requestId: string; says: string } | undefined {
  if (!line.startsWith('{"_aws"')) return undefined;
  const { event, requestId, attempt, previous, Code } = JSON.parse(line) as Record<string, unknown>;
  if (typeof event !== 'string' || typeof requestId !== 'string') return undefined;
  const details = [
    ...(Code === undefined ? [] : [String(Code)]),
    ...(attempt === undefined ? [] : [`attempt ${attempt}`]),
    ...(previous === undefined ? [] : [`the run before ${previous}`]),
  ].join(', ');
  return { requestId, says: `${words[event] ?? `event ${event}`}${details && ` (${details})`}` };
}
