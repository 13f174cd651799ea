import { powertoolsRecordsOn } from '../addons/powertools/powertools-records.ts';
import { sdkBinding } from '../dynamodb/api/sdk/sdk-binding.ts';

export type { PowertoolsRecords, PowertoolsRecordsOptions } from '../addons/powertools/powertools-records.ts';

export const powertoolsRecords = /* @__PURE__ */ powertoolsRecordsOn(sdkBinding);
