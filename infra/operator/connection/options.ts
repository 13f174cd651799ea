/** Where the records are, and in what form. */
export interface ConnectionOptions {
  table?: string;
  region?: string;
  endpoint?: string;
  profile?: string;
  /** The URL of a Redis server, where the records are there. */
  redis?: string;
  /** The address of the local run. */
  local?: string;
  keyPrefix?: string;
  /** Names of attributes by what the library calls them. */
  attribute?: Record<string, string>;
  powertools?: boolean;
  staticPk?: string;
}
