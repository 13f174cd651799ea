export { type PowertoolsRecordsOptions, powertoolsRecords } from './powertools-records.ts';
