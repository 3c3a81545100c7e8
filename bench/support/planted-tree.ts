import type { Scene } from './scene.ts'

/** Writes regions below the monitor of this database and leaves below each, all online and healthy, as rows. */
export async function plantTree(
  scene: Scene,
  databaseUrl: string,
  size: { regions: number; leavesPerRegion: number },
): Promise<void> {
  const { sql } = await scene.open(databaseUrl)
  const metrics = sql.json({
    cpu_percent: 45.2,
    memory_percent: 62.1,
    disk_percent: 72.5,
    load_average: [1.2, 1.5, 1.8],
  })
  await sql.begin(async (tx) => {
    await tx`
      insert into nodes (agent_id, name, role, parent_id, path)
      select 'region-' || i, 'Region ' || i, 'monitor', n.id, n.path || ('region-' || i)
      from generate_series(1, ${size.regions}::int) i, nodes n where n.is_self`
    await tx`
      insert into nodes (agent_id, name, role, parent_id, path)
      select n.agent_id || '-leaf-' || i, 'Leaf ' || i, 'probe', n.id, n.path || (n.agent_id || '-leaf-' || i)
      from generate_series(1, ${size.leavesPerRegion}::int) i, nodes n where n.agent_id like 'region-%'`
    await tx`
      insert into node_states (node_id, status, reported_status, health_status, last_seen_at, metrics)
      select id, 'online', 'online', 'healthy', now(), ${metrics} from nodes where not is_self`
  })
  await sql`analyze nodes, node_states`
}
