/** How long a try waits for its answer: set as an application would for short deadlines. */
export const patienceMs = 250;

export const connection = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'torture', secretAccessKey: 'torture' },
} as const;
