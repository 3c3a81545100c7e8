import { monitorOver, startCortex } from '../support/cortex.ts'
import { plantTree } from '../support/planted-tree.ts'
import { timeRoundTrips } from '../support/pipe.ts'
import { spreadOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { digits, ms, ratio, type Row } from '../support/table.ts'

const regions = 100
const leavesPerRegion = 99

/** The topology of 10,000 nodes in 100 regions, beside reading their rows and writing them out as a flat list. */
export async function measureTopology(scene: Scene): Promise<Row[]> {
  const count = scene.quick ? 5 : 30
  const databaseUrl = await scene.newDatabase('topology')
  const root = await startCortex(scene, 'topology-root', monitorOver(databaseUrl))
  const { sql } = await scene.open(databaseUrl)
  await plantTree(scene, databaseUrl, { regions, leavesPerRegion })

  const headers = { authorization: `Bearer ${await root.login()}` }
  let bytes = 0
  const ask = async () => {
    const answer = await fetch(`${root.url}/api/v1/cluster/topology`, { headers })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`topology: ${answer.status} ${text}`)
    bytes = text.length
  }
  const bare = async () => {
    const rows = await sql`
      select n.id, n.parent_id, n.agent_id, n.name, n.role, s.status, s.health_status
      from nodes n join node_states s on s.node_id = n.id`
    return JSON.stringify(rows).length
  }
  await timeRoundTrips(3, ask)
  await timeRoundTrips(3, bare)
  const bareTimes = spreadOf(await timeRoundTrips(count, bare))
  const ourTimes = spreadOf(await timeRoundTrips(count, ask))
  await root.stop()
  return [
    {
      what: `topology of ${digits(regions * (leavesPerRegion + 1))} nodes, p50`,
      ours: ms(ourTimes.p50),
      bare: ms(bareTimes.p50),
      ratio: ratio(ourTimes.p50 / bareTimes.p50),
      note: `${digits(bytes / 1024)} kB over HTTP; bare: the rows read and written out as JSON`,
    },
  ]
}
