/** What an operation is named by: exactly one of both. */
export type OperationName =
  | {
      /** Names what the user has decided: `pay order 17`. What is decided anew needs a new name. */
      intention: string;
      key?: never;
    }
  | {
      /** A key that the caller can give again, whatever happens to it, as `deriveKey` makes it. Nothing is stored. */
      key: string;
      intention?: never;
    };
