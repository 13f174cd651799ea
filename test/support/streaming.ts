import { PassThrough, type Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';

type StreamingHandler = (event: unknown, responseStream: Writable, context: unknown) => Promise<void>;

/** What the caller of a streaming function gets. */
export interface StreamedAnswer {
  statusCode?: number;
  headers?: Record<string, string>;
  body: string;
}

/**
 * The global that Lambda's runtime gives to streaming functions, as far as Middy uses it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html
 */
export const stubStreamingRuntime = (): void => {
  const metadata = new WeakMap<Writable, object>();
  vi.stubGlobal('awslambda', {
    streamifyResponse:
      (handler: StreamingHandler) =>
      async (event: unknown, context: unknown): Promise<StreamedAnswer> => {
        const responseStream = new PassThrough();
        const [body] = await Promise.all([text(responseStream), handler(event, responseStream, context)]);
        return { ...metadata.get(responseStream), body };
      },
    HttpResponseStream: {
      from: (responseStream: Writable, about: object): Writable => {
        metadata.set(responseStream, about);
        return responseStream;
      },
    },
  });
};
