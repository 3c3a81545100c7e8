// Loaded before a node by `--import`: its clock is the soak's to set, and every few seconds it writes down what it holds
// when nothing is left to collect, so that garbage which was not collected yet is never taken for a leak.
import '../support/shifted-clock.mjs'
import { writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const everyMs = 10_000
const file = process.env['MEMORY_FILE'] ?? ''
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

setInterval(() => {
  collect()
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage()
  writeFileSync(file, JSON.stringify({ pid: process.pid, held: heapUsed + external, outside: rss - heapTotal }))
}, everyMs).unref()
