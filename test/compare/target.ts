/** An API that runs, to be checked. */
export interface Target {
  url: string;
  close(): Promise<void>;
}

/** For how long each remembers keys, where it can be told. */
export const windowSeconds = 5;
