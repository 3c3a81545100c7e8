import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setInterval } from 'node:timers'
import { WebSocketServer } from 'ws'
import { endWithBench, startedWith, tell } from './support/child.ts'

/*
 * A page of the shape of the dashboard without any of its work: rows that are in the HTML from the start, a script that
 * marks the one that is clicked, and a socket whose events change a row and add a line. The least that a browser does.
 */
const { eventsPerSecond } = (await startedWith()) as { eventsPerSecond: number }
const rows = 40
const lines = 100

const list = (count: number, item: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => item(at)).join('')
const page = `<!doctype html><html><head><meta charset="utf-8"><title>bare</title>
<style>body{display:flex;font:14px system-ui;margin:0}#tree{width:18rem}#lines{flex:1;height:40rem;overflow:auto}
[aria-selected=true]{background:#ddf}[role=treeitem]{height:28px}li{display:flex;gap:8px;padding:6px 12px;border-bottom:1px solid #ddd}
li span:nth-child(2){flex:1}</style></head><body>
<div id="tree" role="tree">${list(rows, (at) => `<div role="treeitem" aria-selected="false"><span>●</span> <span>Region ${at}</span> <span>98</span></div>`)}</div>
<ul id="lines">${list(lines, (at) => `<li><b>live-${at}</b><span>state changed: healthy, now warning</span><time>${at} s ago</time></li>`)}</ul>
<script src="page.js"></script></body></html>`

const script = `
const tree = document.getElementById('tree'), lines = document.getElementById('lines')
tree.addEventListener('click', (event) => {
  for (const row of tree.children) row.setAttribute('aria-selected', String(row.contains(event.target)))
})
setInterval(() => {
  for (const line of lines.children) line.lastChild.textContent = Math.round((Date.now() - (line.at ?? 0)) / 1000) + ' s ago'
}, 1000)
const socket = new WebSocket('ws://' + location.host + '/ws')
let waiting = []
socket.addEventListener('message', ({ data }) => {
  waiting.push(JSON.parse(data))
  if (waiting.length === 1) setTimeout(draw, 200)
})
function draw() {
  for (const { turn, agentId, health } of waiting) {
    tree.children[turn % ${rows}].firstChild.textContent = health === 'healthy' ? '●' : '▲'
    const line = lines.lastChild
    line.at = Date.now()
    line.children[0].textContent = agentId
    line.children[1].textContent = 'state changed: now ' + health
    lines.prepend(line)
  }
  waiting = []
}`

const server = createServer((request, answer) => {
  const isScript = request.url === '/page.js'
  answer.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
  answer.end(isScript ? script : page)
})
const sockets = new WebSocketServer({ server })
let turn = 0
setInterval(() => {
  turn += 1
  const text = JSON.stringify({ turn, agentId: `live-${turn % 50}`, health: turn % 2 === 0 ? 'healthy' : 'warning' })
  for (const socket of sockets.clients) socket.send(text)
}, 1000 / eventsPerSecond)
endWithBench()
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }))
