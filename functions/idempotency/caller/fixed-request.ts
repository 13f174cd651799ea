/** A request whose body stays what it is, so that it can be sent again. */
export interface FixedRequest {
  /** With its body read. */
  request: Request;
  body: ArrayBuffer;
  /** What tells it from another request of the same intention. */
  print: string;
}

/** Takes a request as `fetch` does. */
export const fixRequest = async (input: string | URL | Request, init: RequestInit): Promise<FixedRequest> => {
  const request = new Request(input, init);
  const body = await request.arrayBuffer();
  const text = `${request.method} ${request.url} ${new TextDecoder().decode(body)}`;
  // A form's boundary is drawn anew for every request.
  const boundary = request.headers.get('content-type')?.split('boundary=')[1];
  const said = new TextEncoder().encode(boundary ? text.replaceAll(boundary, '') : text);
  return { request, body, print: `${new Uint8Array(await crypto.subtle.digest('SHA-256', said))}` };
};
