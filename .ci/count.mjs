// Counts the tests in a JSON report of vitest, below the names of those that failed. With --skipped: names those that did not
// run, and fails when there are any.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

const args = process.argv.slice(2)
const report = read(args.at(-1))
const tests = report.testResults.flatMap((file) => file.assertionResults)
const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed')

if (args[0] === '--skipped') {
  for (const { fullName } of skipped) console.log(`skipped: ${fullName}`)
  process.exitCode = skipped.length === 0 ? 0 : 1
} else {
  const passed = tests.filter(({ status }) => status === 'passed').length
  // A file that could not be loaded, or an error outside of any test, is a failure although no test is named.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length
  const named = tests.filter(({ status }) => status === 'failed').length + brokenFiles
  const failed = named === 0 && !report.success ? 1 : named
  for (const file of report.testResults) tellFailures(file)
  console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`)
}

/** What failed in one file, a line each: the end of a long log says what broke. */
function tellFailures({ name, status, message, assertionResults }) {
  const place = relative(process.cwd(), name)
  const failures = assertionResults.filter((test) => test.status === 'failed')
  for (const { fullName, failureMessages } of failures)
    console.log(`failed: ${place}: ${fullName}: ${firstLine(failureMessages[0])}`)
  if (status === 'failed' && failures.length === 0) console.log(`failed: ${place}: ${firstLine(message)}`)
}

function firstLine(text = '') {
  return text.split('\n')[0].slice(0, 300)
}

/** The report, or one failure when the run ended before it could write any. */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { success: false, testResults: [] }
  }
}
