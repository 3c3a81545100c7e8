/** What `nginx -V` says of a build. Paths may be relative to `prefix`. */
export interface BuildFacts {
  version: string | null
  prefix: string
  configPath: string
  pidPath: string
  errorLogPath: string
}

/** Reads the output of `nginx -V`; what it does not say is nginx's own default. */
export function parseBuildFacts(output: string): BuildFacts {
  const option = (name: string): string | undefined =>
    new RegExp(`--${name}=(?:'([^']*)'|(\\S+))`)
      .exec(output)
      ?.slice(1)
      .find((value) => value !== undefined)
  return {
    version: /nginx version: \S*?\/(\S+)/.exec(output)?.[1] ?? null,
    prefix: option('prefix') ?? '/usr/local/nginx',
    configPath: option('conf-path') ?? 'conf/nginx.conf',
    pidPath: option('pid-path') ?? 'logs/nginx.pid',
    errorLogPath: option('error-log-path') ?? 'logs/error.log',
  }
}
