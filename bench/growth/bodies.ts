export const bodySizes = [100, 1_000, 10_000, 100_000, 330_000, 380_000] as const;

const words = ['order', 'payment', 'customer', 'delivered', 'pending', 'Vienna', 'Porto', 'express'];

const word = (): string => words[Math.floor(Math.random() * words.length)] ?? '';

/** A JSON body of that many bytes: names that repeat, as in the lists that APIs answer, and identifiers that do not. */
export const bodyOf = (bytes: number): string => {
  const lines: object[] = [];
  const frame = JSON.stringify({ lines: [], rest: '' }).length;
  for (let length = frame; ; ) {
    const line = { id: crypto.randomUUID(), kind: word(), city: word(), amount: Math.random() * 1000 };
    length += JSON.stringify(line).length + 1;
    if (length > bytes) break;
    lines.push(line);
  }
  const rest = 'x'.repeat(Math.max(0, bytes - JSON.stringify({ lines, rest: '' }).length));
  return JSON.stringify({ lines, rest });
};
