// Runs the tests. Some of their children are an ordinary user on purpose; started by root from a folder that only root may
// enter, the tests run in a copy that everybody may enter (hard links where possible), and nothing of it stays.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const checkout = realpathSync(join(import.meta.dirname, '..'))
const leftOut = new Set(['.git', 'dist', 'coverage'])

/** Whether everybody may enter the folder and all above it. */
function isOpen(folder) {
  const isEnterable = (statSync(folder).mode & 0o001) !== 0
  return isEnterable && (folder === '/' || isOpen(dirname(folder)))
}

function mirror(from, to) {
  mkdirSync(to, { mode: 0o755 })
  for (const name of readdirSync(from)) {
    if (from === checkout && leftOut.has(name)) continue
    const source = join(from, name)
    const target = join(to, name)
    const entry = lstatSync(source)
    if (entry.isDirectory()) mirror(source, target)
    else if (entry.isSymbolicLink()) cpSync(source, target, { verbatimSymlinks: true })
    else linkOrCopy(source, target)
  }
}

function linkOrCopy(source, target) {
  try {
    linkSync(source, target)
  } catch (error) {
    if (error.code !== 'EXDEV' && error.code !== 'EPERM') throw error
    cpSync(source, target)
  }
}

function run(folder) {
  const node = process.execPath.startsWith(`${checkout}/`)
    ? folder + process.execPath.slice(checkout.length)
    : process.execPath
  const PATH = `${join(folder, 'node_modules/.bin')}:${process.env.PATH}`
  const args = [join(folder, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)]
  const child = spawn(node, args, { cwd: folder, stdio: 'inherit', env: { ...process.env, PATH } })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

if (process.getuid?.() !== 0 || isOpen(checkout)) process.exitCode = await run(checkout)
else {
  const outer = mkdtempSync(join(tmpdir(), 'cortex-tests-'))
  chmodSync(outer, 0o755)
  try {
    mirror(checkout, join(outer, 'checkout'))
    process.exitCode = await run(join(outer, 'checkout'))
  } finally {
    rmSync(outer, { recursive: true, force: true })
  }
}
