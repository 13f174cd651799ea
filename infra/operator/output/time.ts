const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** About how long, in the largest unit that fits: `3 min`. */
export const duration = (ms: number): string => {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${unit}`;
};

export const inMs = (ms: number): string => (ms >= 0 ? `in ${duration(ms)}` : `${duration(ms)} ago`);

export const iso = (ms: number): string => new Date(ms).toISOString();
