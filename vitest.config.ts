import { configDefaults, defineConfig } from 'vitest/config'
import { testsWithoutProgram } from './test/support/programs.ts'

const exclude = [...configDefaults.exclude, ...testsWithoutProgram()]
const inBrowser = 'test/browser/**/*.test.ts'
const whole = { testTimeout: 30_000, hookTimeout: 30_000 }

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'] } },
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
          testTimeout: 60_000,
        },
      },
    ],
  },
})
