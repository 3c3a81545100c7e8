// Loaded before a program by `--import`: its wall clock is off by as many milliseconds as the file CLOCK_SHIFT_FILE says,
// which may change while it runs. The monotonic clocks stay as they are, as on a host whose time is set.
import { readFileSync } from 'node:fs'

const lookMs = 50
const file = process.env['CLOCK_SHIFT_FILE'] ?? ''
const RealDate = Date
let shiftMs = 0

function look() {
  // While the file is being written it is empty: the clock goes on as it was.
  const text = readFileSync(file, 'utf8').trim()
  if (text !== '') shiftMs = Number(text)
}
look()
setInterval(look, lookMs).unref()

const now = () => RealDate.now() + shiftMs
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length > 0 ? given : [now()], newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
})
