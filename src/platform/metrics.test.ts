import { describe, expect, test } from 'vitest'
import { createLogger } from './logger.ts'
import { createMetrics } from './metrics.ts'

const metrics = () => createMetrics({ logger: createLogger({ level: 'silent' }), version: '1.2.3' })

describe('createMetrics', () => {
  test('every node shows its process and version, and nothing of parts it does not have', async () => {
    const text = await metrics().text()
    expect(text).toContain('process_resident_memory_bytes')
    expect(text).toContain('cortex_build_info{version="1.2.3"} 1')
    expect(text).not.toMatch(/cortex_(nodes|spool|reports|http)/)
  })

  test('a monitor counts reports, issues and decisions, and reads alerts, nodes and depth at the scrape', async () => {
    const all = metrics()
    let online = 2
    const monitor = all.monitor({
      alertsByStatus: async () => ({ new: 1, resolved: 4 }),
      nodesByStatus: async () => ({ online }),
      treeDepth: () => 3,
      noticesWaiting: () => Promise.resolve(2),
    })
    monitor.report('accepted')
    monitor.issue('L2')
    monitor.notice({ channelType: 'email', state: 'sent' })
    monitor.decision({ status: 'approved', decidedBy: 'policy', durationMs: 1500 })
    online = 5
    const text = await all.text()
    for (const line of [
      'cortex_reports_total{result="accepted"} 1',
      'cortex_issues_total{level="L2"} 1',
      'cortex_decisions_total{status="approved",decided_by="policy"} 1',
      'cortex_decision_duration_seconds_sum{status="approved"} 1.5',
      'cortex_issues_total{level="L3"} 0',
      'cortex_alerts{status="new"} 1',
      'cortex_alerts{status="acknowledged"} 0',
      'cortex_nodes{status="unreachable"} 0',
      'cortex_nodes{status="online"} 5',
      'cortex_tree_depth 3',
    ]) {
      expect(text).toContain(line)
    }
  })

  test('a status that is gone, or a reading that fails, leaves no old value and does not spoil the page', async () => {
    const all = metrics()
    let nodes: Record<string, number> = { online: 2 }
    let broken = false
    all.monitor({
      async alertsByStatus() {
        if (broken) throw new Error('the database is away')
        return {}
      },
      nodesByStatus: async () => nodes,
      treeDepth() {
        if (broken) throw new Error('the database is away')
        return 1
      },
      noticesWaiting: async () => 0,
    })
    expect(await all.text()).toContain('cortex_tree_depth 1')
    nodes = { offline: 2 }
    broken = true
    const text = await all.text()
    expect(text).toContain('cortex_nodes{status="offline"} 2')
    expect(text).toContain('cortex_nodes{status="online"} 0')
    expect(text).not.toMatch(/^cortex_(tree_depth|alerts\{.*\}) \d/m)
  })

  test('requests are counted by method, route pattern and status', async () => {
    const all = metrics()
    all.http().observe({ method: 'GET', route: '/alerts/{id}', status: 404, durationMs: 20 })
    all.spool(() => ({ depth: 7, oldestSeconds: 1.5 }))
    const text = await all.text()
    expect(text).toContain('cortex_http_requests_total{method="GET",route="/alerts/{id}",status="404"} 1')
    expect(text).toContain(
      'cortex_http_request_duration_seconds_bucket{le="0.025",method="GET",route="/alerts/{id}",status="404"} 1',
    )
    expect(text).toContain('cortex_spool_depth 7')
    expect(text).toContain('cortex_spool_oldest_seconds 1.5')
  })

  test('two nodes in one process keep their figures apart', async () => {
    const [a, b] = [metrics(), metrics()]
    a.spool(() => ({ depth: 1, oldestSeconds: 0 }))
    expect(await b.text()).not.toContain('cortex_spool_depth')
  })
})
