// Swaps argv[2] between a folder and a link to argv[3], as fast as it can, until it is ended; says how often it did.
import { mkdirSync, renameSync, symlinkSync } from 'node:fs'

const [, , place, target] = process.argv
const folder = `${place}.folder`
const link = `${place}.link`
let moved = 0

function tries(act) {
  try {
    act()
    return true
  } catch {
    return false
  }
}

/** The attacked node makes and deletes things here too: what is in the way goes aside, what is gone is made again. */
function prepare() {
  for (const path of [place, folder, link]) {
    moved += 1
    tries(() => renameSync(path, `${place}.aside-${moved}`))
  }
  mkdirSync(folder)
  symlinkSync(target, link)
}

prepare()
for (let swaps = 1; ; swaps += 1) {
  const whole =
    tries(() => renameSync(folder, place)) &&
    tries(() => renameSync(place, folder)) &&
    tries(() => renameSync(link, place)) &&
    tries(() => renameSync(place, link))
  if (!whole) prepare()
  if (swaps % 100 === 0) process.stdout.write(`${swaps * 2}\n`)
}
