/**
 * Records that are shared with Powertools for AWS Lambda.
 *
 * @module middy-idempotency/powertools
 */

import { powertoolsRecordsOn } from '../addons/powertools/powertools-records.ts';
import { sdkBinding } from '../dynamodb/api/sdk/sdk-binding.ts';

export type { PowertoolsRecords, PowertoolsRecordsOptions } from '../addons/powertools/powertools-records.ts';

/** @function */
export const powertoolsRecords = /* @__PURE__ */ powertoolsRecordsOn(sdkBinding);
