import { IdempotencyError } from '../base/error.ts';
import { type Report, refusalEvent } from './event.ts';

/** Tells of requests that name no operation: they are refused before there is anything that could tell. */
export const tellRefusals =
  <Asked, Operation>(describe: (asked: Asked) => Promise<Operation>, report: Report) =>
  async (asked: Asked): Promise<Operation> => {
    try {
      return await describe(asked);
    } catch (error) {
      if (IdempotencyError.is(error)) {
        const [type, details] = refusalEvent(error);
        report(type, {}, details);
      }
      throw error;
    }
  };
