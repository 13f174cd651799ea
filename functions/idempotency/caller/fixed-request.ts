/** A request whose body stays what it is, so that it can be sent again. */
export interface FixedRequest {
  body: ArrayBuffer;
  /** What tells it from another request of the same intention. */
  print: string;
}

/** Reads a body to its end, that of a stream too. */
export const fixRequest = async (request: Request): Promise<FixedRequest> => {
  const body = await request.arrayBuffer();
  const boundary = request.headers.get('content-type')?.split('boundary=')[1] ?? '';
  // Latin 1, `l1`, has a character of its own for every byte.
  const text = `${request.method} ${request.url} ${new TextDecoder('l1').decode(body)}`;
  // A form's boundary is drawn anew for every request.
  const said = new TextEncoder().encode(text.split(`--${boundary}`).join('--'));
  return { body, print: `${new Uint8Array(await crypto.subtle.digest('SHA-256', said))}` };
};
