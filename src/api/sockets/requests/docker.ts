import {
  ComposeRequest,
  ContainerDeleteRequest,
  ContainerLogsRequest,
  ContainerRequest,
} from '../../../contract/better-monitor/server-socket.ts'
import type { LogsParams } from '../../../contract/operations/docker.ts'
import * as docker from '../../../monitor/operations/calls/docker.ts'
import { askHost } from '../../../monitor/operations/host-call.ts'
import { asks, byAction, Nothing, type RequestContext, takes } from './request.ts'

/** `docker_command`: everything that `/api/servers/{id}/docker` does, and logs that are followed. */
export const dockerRequests = byAction({
  list: asks(Nothing, docker.listContainers),
  images: asks(Nothing, docker.listImages),
  start: asks(ContainerRequest, ({ container_id }) => docker.controlContainer('start', container_id)),
  stop: asks(ContainerRequest, ({ container_id }) => docker.controlContainer('stop', container_id)),
  restart: asks(ContainerRequest, ({ container_id }) => docker.controlContainer('restart', container_id)),
  delete: asks(ContainerDeleteRequest, ({ container_id, ...how }) =>
    docker.deleteContainer({ id: container_id, ...how }),
  ),
  logs: takes(ContainerLogsRequest, ({ container_id, follow, ...which }, context) => {
    const params = { id: container_id, ...which }
    const { operations, asked, serverId } = context
    return follow ? followed(params, context) : askHost(operations, asked, serverId, docker.readLogs(params))
  }),
  composes: asks(Nothing, docker.listComposes),
  up: asks(ComposeRequest, ({ project }) => docker.moveCompose('up', project)),
  down: asks(ComposeRequest, ({ project }) => docker.moveCompose('down', project)),
})

/** Tells what the container writes as fast as the client takes it; the answer comes when that has ended. */
async function followed(params: LogsParams, { operations, asked, serverId, tell }: RequestContext): Promise<object> {
  const stream = await operations.open(asked, serverId, docker.followLogs(params))
  const text = new TextDecoder()
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
    await tell('docker_logs', { container_id: params.id, logs: text.decode(bytes, { stream: true }) })
  }
  return { container_id: params.id, ended: true }
}
