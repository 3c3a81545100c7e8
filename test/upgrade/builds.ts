import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const checkout = resolve(import.meta.dirname, '../..')

/** Packages of this program, made from these sources as `npm run build` and `npm pack` make them. */
export interface Builds {
  folder: string
  /** The feed: `cortex-<version>.tgz` and `.sig`. */
  feed: string
  publicKey: string
  /** Packs the sources as that version into the feed, changed by `change` if given, signed by `by`. */
  pack(version: string, options?: { change?: (folder: string) => void; by?: KeyObject }): string
  /** A package as an installation; returns what starts it. */
  install(tgz: string, name: string): string
  close(): void
}

/** Bundles the sources once, in a temporary folder. */
export function makeBuilds(): Builds {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-builds-'))
  const feed = join(folder, 'feed')
  mkdirSync(feed)
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const template = join(folder, 'template')
  const bin = join(checkout, 'node_modules', '.bin', 'rolldown')
  execFileSync(bin, ['-c', 'rolldown.config.ts', '-d', join(template, 'dist')], { cwd: checkout, stdio: 'pipe' })
  for (const name of ['drizzle', 'config', 'examples', 'package.json']) {
    cpSync(join(checkout, name), join(template, name), { recursive: true })
  }
  cpSync(join(checkout, 'src/launch.cjs'), join(template, 'src/launch.cjs'))

  return {
    folder,
    feed,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    pack(version, { change, by = privateKey } = {}) {
      const place = join(folder, `made-${version}`)
      cpSync(template, place, { recursive: true })
      const manifest = join(place, 'package.json')
      const json = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>
      writeFileSync(manifest, JSON.stringify({ ...json, version }))
      change?.(place)
      const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', feed]
      execFileSync('npm', args, {
        cwd: place,
        stdio: 'pipe',
        env: { ...process.env, npm_config_cache: join(folder, 'npm') },
      })
      const tgz = join(feed, `cortex-${version}.tgz`)
      writeFileSync(`${tgz}.sig`, sign(null, readFileSync(tgz), by))
      rmSync(place, { recursive: true })
      return tgz
    },
    install(tgz, name) {
      const place = join(folder, name)
      mkdirSync(place)
      execFileSync('tar', ['-xzf', tgz, '-C', place])
      symlinkSync(join(checkout, 'node_modules'), join(place, 'package', 'node_modules'))
      return join(place, 'package', 'src', 'launch.cjs')
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
