/** What a header that counts seconds says, in milliseconds; `NaN` if it is none. */
export const secondsMs = (response: Response | undefined, name: string): number =>
  Number(/^\d+$/.exec(response?.headers.get(name) ?? '')?.[0]) * 1000;
