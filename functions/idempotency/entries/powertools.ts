export { type PowertoolsRecordsOptions, powertoolsRecords } from '../addons/powertools/powertools-records.ts';
