// One execution environment: loads the handler that the first argument names, calls it, and prints what that took. Imports nothing: what
// the handler needs of Node is for the handler to load, except for what Lambda's runtime interface client has loaded before it.
for (const name of ['fs', 'http', 'net', 'os', 'path', 'util', 'worker_threads'])
  process.getBuiltinModule(`node:${name}`);

export interface FirstRequest {
  /** From the start of the process until the handler is there, in milliseconds. */
  initMs: number;
  /** The first request by itself. */
  firstMs: number;
  /** The first request's time on a processor, in microseconds. */
  firstCpuMicros: number;
  /** One more request, with another key. */
  nextMs: number;
  /** What was answered to the first request: anything but 201 is no good. */
  statusCode: number;
}

type Handler = (event: unknown, context: unknown) => Promise<{ statusCode: number }>;

const [, , path = '', input = '', cgroupFile = ''] = process.argv;
const { events, context, timeoutMs } = JSON.parse(input) as { events: unknown[]; context: object; timeoutMs: number };

const answered = async (handler: Handler, event: unknown) => {
  const deadlineMs = Date.now() + timeoutMs;
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const { statusCode } = await handler(event, {
    ...context,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  }).catch(() => ({ statusCode: 500 }));
  const ms = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMicros: user + system, statusCode };
};

const { handler } = (await import(path)) as { handler: Handler };
// The clock of `performance` starts with the process.
const initMs = performance.now();
// Lambda's init has a whole processor, whatever the function's memory is.
if (cgroupFile) process.getBuiltinModule('node:fs').writeFileSync(cgroupFile, String(process.pid));
// As the runtime interface client asks for the next request.
await new Promise((resolve) => setTimeout(resolve, 1));
const first = await answered(handler, events[0]);
const next = await answered(handler, events[1]);
const taken: FirstRequest = {
  initMs,
  firstMs: first.ms,
  firstCpuMicros: first.cpuMicros,
  nextMs: next.ms,
  statusCode: first.statusCode,
};
process.stdout.write(JSON.stringify(taken));
