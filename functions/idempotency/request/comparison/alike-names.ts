const letter = /[\p{L}\p{M}\p{N}]/u;
const separator = String.raw`[^\p{L}\p{M}\p{N}]*`;

/**
 * What knows the names that some readers take for this one: those that differ in case, or in what is between letters, such as `Order_ID` and
 * `order-id` from `orderId`. Not `_id` from `id`: databases give both.
 */
export const alikeNames = (name: string): ((other: string) => boolean) => {
  const letters = Array.from(name).filter((sign) => letter.test(sign));
  if (letters.length === 0) return () => false;
  const pattern = new RegExp(`^${letters.join(separator)}$`, 'iu');
  return (other) => other !== name && pattern.test(other);
};
