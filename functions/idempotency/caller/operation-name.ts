/** What an operation is named by: exactly one of the two. */
export type OperationName =
  | {
      /** Names one decision of the user: `pay order 17`. A new decision needs a new name. */
      intention: string;
      key?: never;
    }
  | {
      /** A key that the caller can make again after a crash, such as one of `deriveKey`. Nothing is stored. */
      key: string;
      intention?: never;
    };
