/** The body as text; bytes that are not UTF-8 stay base64. */
export const decodedBody = (body: unknown, isBase64Encoded: unknown): unknown => {
  if (isBase64Encoded !== true || typeof body !== 'string') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(body, 'base64'));
  } catch {
    return body;
  }
};
