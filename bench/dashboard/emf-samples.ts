/** One number of one metric, as CloudWatch files it. */
export interface Sample {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  atMs: number;
  value: number;
}

interface Entry {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
  [member: string]: unknown;
}

/**
 * What CloudWatch makes of a line of a log: one sample for each metric and each of its sets of dimensions; none of a line that is not in
 * its Embedded Metric Format.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const emfSamples = (line: string): Sample[] => {
  if (!line.startsWith('{"_aws":')) return [];
  const entry = JSON.parse(line) as Entry;
  return entry._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) =>
      Dimensions.map((names) => ({
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, String(entry[name])])),
        atMs: entry._aws.Timestamp,
        value: Number(entry[Name]),
      })),
    ),
  );
};
