import type { Change, Snapshot } from '../protocol.ts';
import { change, connection, take } from './state.ts';

/** The browser connects again by itself; the server then begins with all that there is. */
export function connect(): void {
  const source = new EventSource('/_console/events');
  source.addEventListener('snapshot', ({ data }) => take(JSON.parse(data) as Snapshot));
  source.addEventListener('change', ({ data }) => change(JSON.parse(data) as Change));
  source.addEventListener('error', () => {
    connection.value = 'lost';
    // A server that refuses, or answers with something else, ends it for good.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 1000);
  });
}
