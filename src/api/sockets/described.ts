import {
  MAX_SOCKET_CONTENT_BYTES,
  MAX_UPLOAD_CHUNK_BYTES,
  ServerRequestType,
} from '../../contract/better-monitor/server-socket.ts'

/** The sockets in words, for the OpenAPI document, which has no place for them among its paths. */
export const socketsDescribed = `
## WebSocket

Token: \`?token=\`, \`Authorization: Bearer\`, the subprotocols \`bearer, <token>\`, or \`?ticket=\` (\`POST /api/v1/auth/ws-ticket\`).
Every message is a JSON text \`{"type", "data", "timestamp"}\`.

- \`/ws\`: events of all nodes.
- \`/ws/servers/{id}\`: one server. Pushed: \`monitor_data\`, \`status\`, \`alert\`, \`job_progress\`, \`docker_logs\`.
  Requests \`{"type", "data", "request_id"}\` (\`payload\` is taken for \`data\`): ${ServerRequestType.options.map((type) => `\`${type}\``).join(', ')}.
  \`shell_command\` is answered by \`shell_response\`, \`docker_command\` by \`docker_response\`, \`file_list\` by \`file_list_response\`; a failure is \`{"type":"error","data":{"code","message","request_id"}}\`.
  \`docker_command\` and \`nginx_command\` name an \`action\`; fields are those of the REST calls. A \`file_content\` has at most
  ${MAX_SOCKET_CONTENT_BYTES} bytes; a \`file_upload\` carries at most ${MAX_UPLOAD_CHUNK_BYTES} bytes a message, longer files go in pieces (\`more\`, \`upload_id\`).
- \`/ws/servers/{id}/terminal?session=\`: a terminal; binary frames are its bytes.
- \`/public/ws/servers/{id}\`: \`monitor_data\` with name and measurements, for anybody, while the setting \`public_view\` is on.

Close codes: 4401 the token ended · 4403 the public view was turned off · 4404 the server is gone · 4408 the client is too slow · 1008 too many messages · 1013 connect again.
`
