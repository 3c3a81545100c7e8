import type { IssueLevel, ReportStatus } from '../contract/common.ts'

/** Any L3 is critical; else any L2, or an L1 that could not be repaired, is a warning; else healthy. */
export function statusOf(issues: readonly { level: IssueLevel }[]): ReportStatus {
  if (issues.some((issue) => issue.level === 'L3')) return 'critical'
  return issues.length > 0 ? 'warning' : 'healthy'
}
