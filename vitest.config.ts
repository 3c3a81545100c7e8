import { configDefaults, defineConfig } from 'vitest/config'
import { testsWithoutProgram } from './test/support/programs.ts'

const exclude = [...configDefaults.exclude, ...testsWithoutProgram()]
const inBrowser = 'test/browser/**/*.test.ts'
// Bounds for a machine that does much else at the same time; no test judges how long something took.
const whole = { testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 3,
    projects: [
      // Pure functions: files share a worker, and load what they have in common once.
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'], isolate: false, testTimeout: 30_000 } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: [...exclude, inBrowser],
          globalSetup: ['test/support/cluster.ts'],
          ...whole,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [inBrowser],
          exclude,
          globalSetup: ['test/support/cluster.ts', 'test/support/dashboard-build.ts'],
          ...whole,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
