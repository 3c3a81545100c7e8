import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newFolder, startProbe, until } from './harness.ts'

/** A service that is down until the file `well` is there: its repair is looked after for a minute, unless that appears. */
async function slowlyRepaired() {
  const folder = await newFolder()
  const log = join(folder, 'app.log')
  await writeFile(log, '')
  const service = {
    name: 'slow',
    command: ['test', '-e', join(folder, 'well')],
    start: ['true'],
    auto_restart: true,
    bad_samples: 1,
    good_samples: 1,
    verify_s: 60,
  }
  return {
    folder,
    service,
    logs: [{ name: 'fatal', path: log, pattern: '^FATAL', hold_s: 600 }],
    goWrong: () => appendFile(log, 'FATAL\n'),
    getWell: () => writeFile(join(folder, 'well'), ''),
  }
}

test('an L3 and the question about an L2 leave at once while a repair is still looked after, whose end is told by itself', async () => {
  const { folder, service, logs, goWrong, getWell } = await slowlyRepaired()
  const { probe, reports, requests } = startProbe(folder, {
    report_interval_s: 3600,
    services: [service, { ...service, name: 'unmarked', auto_restart: false }],
    checks: { logs },
  })
  await probe.inspectNow()
  await goWrong()
  const inspection = await probe.inspectNow()
  expect(inspection.status).toBe('critical')
  expect(inspection.actions_taken).toEqual([])
  expect(inspection.issues.map(({ level, subject }) => `${level} ${subject}`).sort()).toEqual([
    'L1 slow',
    'L2 unmarked',
    'L3 fatal',
  ])
  expect(inspection.issues.find(({ level }) => level === 'L1')?.description).toContain('正在处理')
  await until(() => requests.length > 0, 'the L2 is asked about')

  await getWell()
  await until(() => reports.at(-1)?.actions_taken.length === 1, 'the end of the repair makes a report of its own')
  expect(reports.at(-1)?.actions_taken).toMatchObject([{ level: 'L1', result: 'success', subject: 'slow' }])
  expect(reports.at(-1)?.issues.map(({ subject }) => subject)).not.toContain('slow')
})

test('a repair holds no inspection up for longer than the interval, is begun once, and what goes wrong meanwhile is reported', async () => {
  const { folder, service, logs, goWrong } = await slowlyRepaired()
  const { probe, reports } = startProbe(folder, { report_interval_s: 0.2, services: [service], checks: { logs } })
  probe.start()
  await until(() => reports.length >= 3, 'inspections follow one another during the repair')
  await goWrong()
  await until(() => reports.at(-1)?.status === 'critical', 'the L3 is reported during the repair')
  expect(reports.flatMap((report) => report.actions_taken)).toEqual([])
  await probe.stop()
  expect(reports.flatMap((report) => report.actions_taken)).toEqual([])
})
