import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Tls {
  endpoint: string;
  /** What a client's process needs to trust it. */
  environment: Record<string, string>;
  close(): void;
}

const certify = async (key: string, certificate: string): Promise<void> => {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate]);
};

/** TLS before the engine, in a process of its own. Needs `openssl`. */
export const startTls = async (proxy: string, engine: string, folder: string): Promise<Tls> => {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  await certify(key, certificate);
  const child = spawn(process.execPath, [proxy, engine, key, certificate], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  return {
    endpoint: `https://localhost:${String(port).trim()}`,
    environment: { NODE_EXTRA_CA_CERTS: certificate },
    close: () => child.stdin.end(),
  };
};
