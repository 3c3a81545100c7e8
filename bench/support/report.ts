/** A healthy node's report in the shape and size of the documented example; all but who and when stays the same. */
export function reportParts(agentId: string): [head: string, tail: string] {
  const report = JSON.stringify({
    agent_id: agentId,
    timestamp: '@',
    status: 'healthy',
    metrics: {
      cpu_percent: 45.2,
      memory_percent: 62.1,
      disk_percent: 72.5,
      load_average: [1.2, 1.5, 1.8],
      uptime_seconds: 864_000,
      process_count: 156,
      disk_io: { read_bytes: 1_024_000, write_bytes: 512_000 },
      network_io: { bytes_sent: 2_048_000, bytes_recv: 4_096_000 },
    },
    issues: [],
    actions_taken: [],
    metadata: { probe_version: '1.0.0', issues_complete: true },
  })
  const [head = '', tail = ''] = report.split('"@"')
  return [head, tail]
}
