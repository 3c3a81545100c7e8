import {
  ComposeAnswer,
  ComposeParams,
  ContainerActionAnswer,
  ContainerAnswer,
  ContainerDeleteParams,
  ContainerParams,
  ContainerStopParams,
  ImageAnswer,
  LogsAnswer,
  LogsParams,
} from '../../../contract/operations/docker.ts'
import { JobReceipt } from '../../../contract/operations/jobs.ts'
import { z } from 'zod'
import type { Methods } from '../../../tree/link/methods.ts'
import type { Acts } from '../acts.ts'
import type { ActAsJob } from '../jobs/act-as-job.ts'
import type { Composes } from './composes.ts'
import { controlContainer, deleteContainer, listContainers, listImages } from './containers.ts'
import type { Engine } from './engine.ts'
import { followLogs, readLogs } from './logs.ts'

export interface DockerParts {
  acts: Acts
  engine: Engine
  composes: Composes
  actAsJob: ActAsJob
  clock: () => number
}

const Nothing = z.object({})

/**
 * `docker.containers`, `.images`, `.composes`, `.logs`, `.start`, `.stop`, `.restart`, `.delete`, `.compose_up`,
 * `.compose_down`, and the stream `docker.follow_logs` of raw bytes.
 */
export function registerDocker(methods: Methods, { acts, engine, composes, actAsJob, clock }: DockerParts): void {
  methods.register({
    name: 'docker.containers',
    params: Nothing,
    result: ContainerAnswer,
    handle: (_params, { signal }) => listContainers(engine, signal),
  })
  methods.register({
    name: 'docker.images',
    params: Nothing,
    result: ImageAnswer,
    handle: (_params, { signal }) => listImages(engine, signal),
  })
  methods.register({
    name: 'docker.composes',
    params: Nothing,
    result: ComposeAnswer,
    handle: (_params, { signal }) => composes.list(signal),
  })
  // Logs may hold what is nobody's business: who reads them stands in the log, as if it was an act.
  methods.register({
    name: 'docker.logs',
    params: LogsParams,
    result: LogsAnswer,
    handle: (params, { meta, signal }) =>
      acts.run(meta, { action: 'docker.logs', target: params.id }, () =>
        readLogs(engine, params, { nowMs: clock(), signal }),
      ),
  })
  methods.registerStream({
    name: 'docker.follow_logs',
    params: LogsParams,
    handle: (params, stream, { meta }) =>
      acts.run(meta, { action: 'docker.follow_logs', target: params.id }, () =>
        followLogs(engine, params, { nowMs: clock(), stream }),
      ),
  })
  registerActs(methods, { acts, engine })
  registerComposeActs(methods, { composes, actAsJob })
}

function registerActs(methods: Methods, { acts, engine }: Pick<DockerParts, 'acts' | 'engine'>): void {
  for (const verb of ['start', 'stop', 'restart'] as const) {
    methods.register({
      name: `docker.${verb}`,
      params: verb === 'start' ? ContainerParams : ContainerStopParams,
      result: ContainerActionAnswer,
      handle: (params, { meta }) =>
        acts.run(meta, { capability: 'docker', action: `docker.${verb}`, target: params.id, details: params }, () =>
          controlContainer(engine, verb, params),
        ),
    })
  }
  methods.register({
    name: 'docker.delete',
    params: ContainerDeleteParams,
    result: ContainerActionAnswer,
    handle: (params, { meta }) =>
      acts.run(meta, { capability: 'docker', action: 'docker.delete', target: params.id, details: params }, () =>
        deleteContainer(engine, params),
      ),
  })
}

function registerComposeActs(
  methods: Methods,
  { composes, actAsJob }: Pick<DockerParts, 'composes' | 'actAsJob'>,
): void {
  for (const verb of ['up', 'down'] as const) {
    methods.register({
      name: `docker.compose_${verb}`,
      params: ComposeParams,
      result: JobReceipt,
      handle({ project }, { meta, signal }) {
        const kind = `docker.compose_${verb}`
        const act = { capability: 'docker', action: kind, target: project } as const
        return actAsJob(meta, act, { kind, resource: `compose:${project}` }, () =>
          composes.prepare(project, verb, signal),
        )
      },
    })
  }
}
