import type { HttpEvent } from './http.ts';
import { InvalidRequest } from './invalid-request.ts';

/** @throws {InvalidRequest} when there is no body, or it isn't JSON in UTF-8 */
export const jsonBody = ({ body, isBase64Encoded }: HttpEvent): unknown => {
  if (!body) throw new InvalidRequest('The body is missing.');
  const text = isBase64Encoded ? textOf(body) : body;
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidRequest('The body is not JSON.');
  }
};

/** Node's decoder leaves out what isn't base64, and would read another text. */
const textOf = (base64: string): string => {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw new InvalidRequest('The body is not base64.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidRequest('The body is not UTF-8.');
  }
};
