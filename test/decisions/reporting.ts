/** A report of a node with one L2 fault, as another program than our probe would send it. */
export function reportOf(agentId: string, issue: Record<string, unknown> = {}) {
  return {
    agent_id: agentId,
    timestamp: new Date().toISOString(),
    status: 'warning',
    metrics: { cpu_percent: 1, memory_percent: 2, disk_percent: 3, load_average: [0, 0, 0], uptime_seconds: 9 },
    issues: [
      {
        level: 'L2',
        type: 'service_down',
        description: 'nginx is down',
        severity: 'high',
        proposed_fix: 'systemctl restart nginx',
        details: { service: 'nginx' },
        ...issue,
      },
    ],
  }
}
