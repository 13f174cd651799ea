/** How many causes of an error are told, so that one that causes itself comes to an end. */
const mostCauses = 4;

/**
 * Writes a warning as one line of JSON, so that a search finds all of it in one entry, whether or not Lambda is set to log JSON.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export const warn = (says: string, fields: object = {}): void => {
  const entry = { level: 'WARN', message: `middy-idempotency: ${says}`, ...fields };
  console.warn(JSON.stringify(entry, (name, value) => (name === 'error' ? described(value) : value)));
};

const described = (error: unknown, causes = mostCauses): unknown => {
  if (!(error instanceof Error)) return String(error);
  const { name, message, cause } = error;
  return { name, message, ...(cause !== undefined && causes > 0 && { cause: described(cause, causes - 1) }) };
};
