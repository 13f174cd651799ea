const loopback = ['127.0.0.1', 'localhost'];

/** Keeps what this process calls on this machine away from a proxy that the environment names for other calls. */
export function bypassProxyOnLoopback(): void {
  // The lower-case one counts, where both are set.
  const named = process.env['no_proxy'] ?? process.env['NO_PROXY'] ?? '';
  if (named === '*') return;
  const hosts = [...new Set([...named.split(/[\s,]+/).filter(Boolean), ...loopback])].join(',');
  process.env['no_proxy'] = hosts;
  process.env['NO_PROXY'] = hosts;
}
