/** What can become of one request to DynamoDB. */
export const faultKinds = {
  refuse: 'dropped before it was forwarded',
  'lose-answer': 'applied, and dropped before its answer',
  reset: 'reset at once, and forwarded all the same',
  delay: 'forwarded when its sender has given up',
  swallow: 'forwarded, and never answered',
  hang: 'neither forwarded nor answered',
  throttle: 'answered as throttled',
  conflict: 'answered as in conflict with a transaction',
  'error-before': '500, not applied',
  'error-after': '500, applied',
} as const satisfies Record<string, string>;

export type FaultKind = keyof typeof faultKinds;

export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;
