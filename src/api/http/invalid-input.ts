import { z } from 'zod'
import { type AppError, invalidRequest } from '../../contract/errors.ts'
import type { Language } from './language.ts'

const maxIssues = 50
const chinese = z.locales.zhCN().localeError

/** The answer to input that does not fit its schema: every field by its path, in the language of the caller. */
export function invalidInput(error: z.ZodError, input: unknown, language: Language): AppError {
  const issues = error.issues.slice(0, maxIssues).map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: messageOf(issue, input, language),
  }))
  const [first] = issues
  const where = first ? `${first.path || 'body'}: ${first.message}` : ''
  return invalidRequest(`请求参数无效：${where}`, `Invalid request: ${where}`, { details: { issues } })
}

function messageOf(issue: z.core.$ZodIssue, input: unknown, language: Language): string {
  const value = valueAt(input, issue.path)
  if (issue.code === 'invalid_type' && value === undefined) return language === 'en' ? 'is required' : '必填'
  return language === 'en' ? issue.message : inChinese(issue, value)
}

function inChinese(issue: z.core.$ZodIssue, value: unknown): string {
  const own = chinese({ ...issue, input: value } as Parameters<typeof chinese>[0])
  const text = typeof own === 'string' ? own : own?.message
  return text ?? issue.message
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  )
}
