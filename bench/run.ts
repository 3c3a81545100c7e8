import { parseArgs } from 'node:util'
import { measureCatchUp } from './measures/catch-up.ts'
import { measureDashboard } from './measures/dashboard.ts'
import { measureDecision } from './measures/decision.ts'
import { measureDepth } from './measures/depth.ts'
import { measureFiles } from './measures/files.ts'
import { measureFootprint } from './measures/footprint.ts'
import { measureGrowth } from './measures/growth.ts'
import { measureJudged } from './measures/judged.ts'
import { measureHistory } from './measures/history.ts'
import { measureLink } from './measures/link.ts'
import { measureReplicas } from './measures/replicas.ts'
import { measureReports } from './measures/reports.ts'
import { measureTerminal } from './measures/terminal.ts'
import { measureTopology } from './measures/topology.ts'
import { openScene, type Scene } from './support/scene.ts'
import { tableText, type Row } from './support/table.ts'

/*
 * npm run bench -- [--quick] [--only reports,link] [--profile <folder>]
 * Every figure stands beside that of a bare program of the same shape, measured in the same run.
 */
const measures: Record<string, (scene: Scene, nodeArguments: readonly string[]) => Promise<Row[]>> = {
  reports: measureReports,
  decision: measureDecision,
  judged: measureJudged,
  link: measureLink,
  terminal: measureTerminal,
  files: measureFiles,
  topology: measureTopology,
  history: measureHistory,
  growth: measureGrowth,
  depth: measureDepth,
  catchUp: measureCatchUp,
  replicas: measureReplicas,
  footprint: measureFootprint,
  dashboard: measureDashboard,
}

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, profile: { type: 'string' } },
})
const chosen = values.only?.split(',') ?? Object.keys(measures)
const unknown = chosen.filter((name) => !measures[name])
if (unknown.length > 0)
  throw new Error(`no such measure: ${unknown.join(', ')}; there are ${Object.keys(measures).join(', ')}`)

const scene = await openScene({ quick: values.quick })
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void scene.end().then(() => process.exit(130)))
}
const profile = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]
const rows: Row[] = []
try {
  for (const name of chosen) {
    console.error(`bench: ${name} …`)
    rows.push(...((await measures[name]?.(scene, profile)) ?? []))
  }
  console.log(`\n${tableText(rows)}`)
} finally {
  await scene.end()
}
