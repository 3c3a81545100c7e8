import { createSites } from '../../../src/probe/host/nginx/sites/sites.ts'
import { openNginxCore, type NginxOptions } from '../../../src/probe/host/nginx/nginx-core.ts'

/** A node that is killed at one step of a change: argv is the options, the step, and the new text of the default site. */
const [options, dieAt, config] = process.argv.slice(2) as [string, string, string]
const core = openNginxCore({
  ...(JSON.parse(options) as NginxOptions),
  clock: Date.now,
  onStep(step) {
    if (step === dieAt) process.kill(process.pid, 'SIGKILL')
  },
})
await createSites(core).update({ name: 'default', config })
process.exit(7)
