const brand = Symbol.for('middy-idempotency.exactId');

/** A key that is the record's id as it stands, without scope and namespace: for records that another library writes too. */
export interface ExactId {
  readonly [brand]: string;
}

export const exactId = (id: string): ExactId => ({ [brand]: id });

/** The id, if a key is one. No JSON can be, so no request can make one. */
export const exactIdOf = (key: unknown): string | undefined =>
  typeof key === 'object' && key !== null && brand in key ? (key as ExactId)[brand] : undefined;
