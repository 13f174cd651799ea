import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { listenOnLoopback } from '../../infra/local/listen.ts';

interface KmsRequest {
  KeyId: string;
  CiphertextBlob?: string;
  EncryptionContext?: Record<string, string>;
}

/** The part of KMS that makes and opens data keys of one key, on loopback. As there, a key opens only in the context it was made in. */
export const startKms = async (keyArn: string) => {
  const master = randomBytes(32);
  const calls: string[] = [];
  let fault: string | undefined;

  const contextOf = ({ EncryptionContext = {} }: KmsRequest) => Buffer.from(JSON.stringify(EncryptionContext));

  const generateDataKey = (request: KmsRequest) => {
    const plain = randomBytes(32);
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', master, nonce).setAAD(contextOf(request));
    const data = Buffer.concat([cipher.update(plain), cipher.final()]);
    const wrapped = Buffer.concat([nonce, cipher.getAuthTag(), data]);
    return { KeyId: keyArn, Plaintext: plain.toString('base64'), CiphertextBlob: wrapped.toString('base64') };
  };

  const decrypt = (request: KmsRequest) => {
    const wrapped = Buffer.from(request.CiphertextBlob ?? '', 'base64');
    const decipher = createDecipheriv('aes-256-gcm', master, wrapped.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(contextOf(request)).setAuthTag(wrapped.subarray(12, 28));
    const plain = Buffer.concat([decipher.update(wrapped.subarray(28)), decipher.final()]);
    return { KeyId: keyArn, Plaintext: plain.toString('base64') };
  };

  const answer = ({ headers }: IncomingMessage, request: KmsRequest): [status: number, body: object] => {
    const target = String(headers['x-amz-target']);
    calls.push(target.replace('TrentService.', ''));
    if (fault) return [400, { __type: fault, message: fault }];
    if (request.KeyId !== keyArn) return [400, { __type: 'NotFoundException', message: request.KeyId }];
    try {
      return [200, target.endsWith('.Decrypt') ? decrypt(request) : generateDataKey(request)];
    } catch {
      return [400, { __type: 'InvalidCiphertextException' }];
    }
  };

  const server = createServer(async (request, response) => {
    const [status, body] = answer(request, (await json(request)) as KmsRequest);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  const port = await listenOnLoopback(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    /** What every request is refused with from now on. */
    fail: (next: string | undefined) => {
      fault = next;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
