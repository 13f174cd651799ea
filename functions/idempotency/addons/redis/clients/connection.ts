/** How many replicas must have a write, and how long to wait for them. */
export interface ReplicaWait {
  count: number;
  timeoutMs: number;
}

/** What the store asks of a client. */
export interface Connection {
  /** Runs the script of this SHA-1 on a key. With `wait`, answers how many replicas have what the connection has written, too. */
  runLoaded(sha: string, key: string, args: string[], wait?: ReplicaWait): Promise<Reply>;
  /** As above, with the script itself, which the server then keeps. */
  run(text: string, key: string, args: string[], wait?: ReplicaWait): Promise<Reply>;
  /** What the server tells of its memory. */
  memoryInfo(): Promise<unknown>;
  /** Whether what is sent now would be kept back until there is a connection. */
  isDisconnected(): boolean;
  /**
   * How often a connection has broken so far: what it had sent may be sent again by the client itself. `undefined`: the client doesn't
   * tell.
   */
  breaks(): number | undefined;
}

export interface Reply {
  value: unknown;
  replicas?: number;
}

/** What node-redis and ioredis have in common with every emitter of Node. */
export interface Emitter {
  on(event: string, listener: () => void): unknown;
}

/** Counts what happens to a client. */
export const countOf = (client: Emitter, events: readonly string[]): (() => number) => {
  let count = 0;
  const increment = () => {
    count += 1;
  };
  for (const event of events) client.on(event, increment);
  return () => count;
};
