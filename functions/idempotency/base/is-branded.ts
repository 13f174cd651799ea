/** Whether a value has this registered symbol, which an instance has whichever copy of this library made it. */
export const isBranded = (value: unknown, brand: symbol): boolean => {
  try {
    return typeof value === 'object' && value !== null && brand in value;
  } catch {
    return false; // a proxy that doesn't like to be asked
  }
};
