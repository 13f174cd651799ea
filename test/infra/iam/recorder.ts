import { forward } from '../../../infra/local/faults/forward.ts';
import { startLoopbackService } from '../../../infra/local/faults/loopback-service.ts';
import type { IamRequest } from './evaluate.ts';
import { type DescribeTable, requestsOf } from './requests-of.ts';

/** A proxy before an engine that notes what IAM would be asked about each call that comes through; it ends with the process. */
export const startRecorder = async (engine: string, describe: DescribeTable) => {
  const requests: IamRequest[] = [];
  const { endpoint } = await startLoopbackService(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const call = String(request.headers['x-amz-target']).replace(/^.*\./, '');
    requests.push(...requestsOf(call, JSON.parse(body.toString()), describe));
    const { status, headers, body: answer } = await forward(engine, request, body);
    response.writeHead(status, headers).end(answer);
  });
  return { endpoint, requests: requests as readonly IamRequest[] };
};
