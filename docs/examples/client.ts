/** The same key for every try of one intention; a new one for the next. */
export const post = async (url: string, body: unknown, tries = 5): Promise<Response> => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  for (let left = tries - 1; ; left -= 1) {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined);
    const again = !response || response.status >= 500 || response.headers.has('retry-after');
    if (!again) return response;
    if (left === 0) throw new Error(`${url} gave no final answer to ${headers['idempotency-key']}.`);
    const seconds = Number(response?.headers.get('retry-after') ?? 1);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
};
