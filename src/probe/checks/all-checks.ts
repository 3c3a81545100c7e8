import type { ProbeConfig } from '../../platform/config/probe.section.ts'
import type { Journal } from '../journal/journal.ts'
import type { DiskCleaner } from '../remedies/disk-clean.ts'
import { certificateCheck } from './certificate.ts'
import type { Check } from './check.ts'
import { containerCheck, createContainerLister } from './container.ts'
import { diskCheck } from './disk.ts'
import { hostThresholdChecks } from './host-thresholds.ts'
import type { LogPlaces } from './log-places.ts'
import { logPatternCheck } from './log-pattern.ts'
import { logSizeCheck } from './log-size.ts'
import { serviceCheck } from './service/service.ts'
import { createUnitReader } from './service/unit.ts'

/** Every check that the config switches on. */
export function allChecks(parts: {
  config: ProbeConfig
  journal: Journal
  diskCleaner: DiskCleaner
  places: LogPlaces
  procRoot: string
  clock: () => number
  monotonicMs: () => number
}): Check[] {
  const { config, journal, diskCleaner, places, procRoot, clock, monotonicMs } = parts
  const { checks, services, remedies } = config
  const timeoutMs = config.check_timeout_s * 1000
  const units = createUnitReader({ units: services.flatMap((service) => service.unit ?? []), monotonicMs })
  const list = createContainerLister({ socketPath: checks.docker_socket, monotonicMs })
  return [
    ...hostThresholdChecks(checks, remedies.stoppable, timeoutMs),
    ...(checks.disk.enabled
      ? [
          diskCheck(checks.disk, {
            cleaner: diskCleaner,
            lastCleaning: (mount) => journal.lastRun('disk.clean', mount),
            cleanCoolDownMs: remedies.clean_cool_down_s * 1000,
            timeoutMs,
            clock,
          }),
        ]
      : []),
    ...services.map((service) => serviceCheck(service, { procRoot, units, runsOf: journal.serviceRuns })),
    ...checks.certificates.map((entry) => certificateCheck(entry, { timeoutMs, clock })),
    ...checks.logs.map((entry) => logPatternCheck(entry, { timeoutMs, monotonicMs, places })),
    ...checks.containers.map((entry) => containerCheck(entry, { timeoutMs, list })),
    ...(remedies.rotate.length > 0 ? [logSizeCheck(remedies.rotate, { timeoutMs })] : []),
  ]
}
