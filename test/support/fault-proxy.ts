import type { Fault as PlainFault } from '../../infra/local/faults/fault.ts';
import { startFaultProxy as startProxy } from '../../infra/local/faults/fault-proxy.ts';

/** The DynamoDB operations that the library and the operator tool send. */
export type Verb =
  | 'UpdateItem'
  | 'DeleteItem'
  | 'PutItem'
  | 'TransactWriteItems'
  | 'GetItem'
  | 'Scan'
  | 'DescribeTable';

/** A function decides when the request has come. */
export type Fault = PlainFault | (() => Promise<PlainFault>);

export interface FaultProxy {
  endpoint: string;
  /** The faults of the next requests of this kind, one each; `always` is for all that come after. */
  plan(verb: Verb, faults: readonly Fault[], always?: Fault): void;
  /** One fault for every request until the next plan. */
  planAll(fault: Fault): void;
  /** How many requests of this kind came, each try of the SDK counted. */
  requests(verb: Verb): number;
}

export const cancelled = (...codes: readonly string[]): PlainFault => ({
  status: 400,
  error: 'TransactionCanceledException',
  message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
  reasons: codes.map((Code) => ({ Code })),
});

/** A proxy in front of a DynamoDB engine that does to each request what the test has planned; it ends with the process. */
export const startFaultProxy = async (engine: string): Promise<FaultProxy> => {
  const plans = new Map<string, { faults: Fault[]; always: Fault }>();
  const counts = new Map<string, number>();
  let otherwise: Fault = 'pass';

  const { endpoint } = await startProxy(engine, {
    faultFor: ({ verb }) => {
      counts.set(verb, (counts.get(verb) ?? 0) + 1);
      const plan = plans.get(verb);
      const fault = plan?.faults.shift() ?? plan?.always ?? otherwise;
      return typeof fault === 'function' ? fault() : fault;
    },
  });

  return {
    endpoint,
    plan: (verb, faults, always = 'pass') => {
      plans.set(verb, { faults: [...faults], always });
    },
    planAll: (fault) => {
      plans.clear();
      otherwise = fault;
    },
    requests: (verb) => counts.get(verb) ?? 0,
  };
};
