const brand = Symbol.for('middy-idempotency.exactId');

/** A key that is the record's id as it stands, without scope and namespace: for records that another library writes too. */
export class ExactId {
  readonly [brand]: string;

  constructor(id: string) {
    this[brand] = id;
  }
}

export const exactId = (id: string): ExactId => new ExactId(id);

/** The id, if a key is one, whichever copy of this library has made it. No JSON can be, so no request can make one. */
export const exactIdOf = (key: unknown): string | undefined =>
  typeof key === 'object' && key !== null && brand in key ? (key as ExactId)[brand] : undefined;
