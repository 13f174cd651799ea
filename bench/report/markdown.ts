export type Cell = string | number;

export const table = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export const fixed = (value: number, digits: number): string => {
  const text = value.toFixed(digits);
  // What rounds to nothing has no sign.
  return Number(text) === 0 ? (0).toFixed(digits) : text;
};

export const grouped = (value: number): string => value.toLocaleString('en-GB');

/** A measured value against the most that it may be. */
export const verdict = (value: number, atMost: number, unit = ''): string =>
  `≤ ${grouped(atMost)}${unit}: ${value <= atMost ? 'met' : 'not met'}${isClose(value, atMost) ? ` (${value.toFixed(3)})` : ''}`;

/** Too close for the digits that the table has. */
const isClose = (value: number, atMost: number): boolean => Math.abs(value / atMost - 1) < 0.02;
