/** Link methods that only look. All others act, also those that this version does not know. */
const readingMethods: ReadonlySet<string> = new Set([
  'node.inspect',
  'node.history',
  'node.samples',
  'node.status',
  'audit.host_entries',
  'audit.monitor_entries',
  'host.capabilities',
  'files.roots',
  'processes.list',
  'docker.containers',
  'docker.images',
  'docker.composes',
  'nginx.status',
  'nginx.config',
  'nginx.sites',
  'nginx.site',
  'nginx.versions',
  'nginx.diff',
  'nginx.certificate',
  'jobs.get',
  'jobs.list',
  'jobs.watch',
  'terminal.list',
  'terminal.get',
  'terminal.working_dir',
])

/** Whether a call or a stream of that method changes something or shows what only its asker may see: it is logged at every level. */
export function isActing(method: string): boolean {
  return !readingMethods.has(method)
}
