import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { invalidRequest } from '../contract/errors.ts'

const maxBytes = 4_096

/** What a password can be read from: a terminal or a pipe. */
type Input = NodeJS.ReadableStream & { isTTY?: boolean }

/**
 * A password: asked for on a terminal, where it is typed twice and not shown, or the first line of what is piped in.
 * Throws INVALID_REQUEST when there is none, or when the two differ.
 */
export async function readPassword(input: Input, say: (text: string) => void): Promise<string> {
  if (!input.isTTY) return await firstLine(input)
  const first = await askHidden(input, say, 'New password: ')
  const second = await askHidden(input, say, 'Again: ')
  if (first !== second) throw invalidRequest('两次输入的密码不同', 'The two passwords differ')
  return demandSome(first)
}

/** Asks one question on a terminal; what is typed is not shown. */
export async function askHidden(
  input: NodeJS.ReadableStream,
  say: (text: string) => void,
  question: string,
): Promise<string> {
  say(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input, output: nowhere, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    say('\n')
  }
}

async function firstLine(input: Input): Promise<string> {
  let text = ''
  for await (const chunk of input) {
    text += chunk.toString()
    if (text.includes('\n') || text.length > maxBytes) break
  }
  return demandSome(text.split(/\r?\n/, 1)[0] ?? '')
}

function demandSome(password: string): string {
  if (password === '') throw invalidRequest('没有输入密码', 'No password was given')
  return password
}
