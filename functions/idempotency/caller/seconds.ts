/** What a header that counts seconds says, in milliseconds; `undefined` if it is none. */
export const secondsMs = (response: Response | undefined, name: string): number | undefined => {
  const text = response?.headers.get(name) ?? '';
  return /^\d+$/.test(text) ? Number(text) * 1000 : undefined;
};
