import type { z } from 'zod'
import {
  ComposeAnswer,
  ContainerActionAnswer,
  ContainerAnswer,
  type ContainerDeleteParams,
  ImageAnswer,
  LogsAnswer,
  type LogsParams,
} from '../../../contract/operations/docker.ts'
import { JobReceipt } from '../../../contract/operations/jobs.ts'
import { acting, looking } from '../host-call.ts'
import type { Operation } from '../operations.service.ts'

/** A container may take its time to stop. */
const deadlineMs = 150_000

export const listContainers = () => looking('docker.containers', {}, ContainerAnswer)
export const listImages = () => looking('docker.images', {}, ImageAnswer)
export const listComposes = () => looking('docker.composes', {}, ComposeAnswer)

export const controlContainer = (verb: 'start' | 'stop' | 'restart', id: string) =>
  acting(`docker.${verb}`, { id }, ContainerActionAnswer, { target: id, deadlineMs })

export const deleteContainer = (params: z.output<typeof ContainerDeleteParams>) =>
  acting('docker.delete', params, ContainerActionAnswer, { target: params.id, deadlineMs })

export const readLogs = (params: LogsParams) =>
  acting('docker.logs', params, LogsAnswer, { target: params.id, deadlineMs })

/** A stream of what a container writes, until somebody ends it. */
export const followLogs = (params: LogsParams): Operation => ({
  method: 'docker.follow_logs',
  params,
  permission: 'operate',
  target: params.id,
})

export const moveCompose = (verb: 'up' | 'down', project: string) =>
  acting(`docker.compose_${verb}`, { project }, JobReceipt, { target: project, deadlineMs, startsJob: true })
