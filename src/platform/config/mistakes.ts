/** One thing that is wrong with the configuration: where it stands, which key, and why. Never the value: it may be a secret. */
export interface ConfigMistake {
  /** `config/root.yaml:12:3` or `environment variable CORTEX_PORT`. */
  where: string
  /** The key with dots, `server.port`; empty when the mistake is about the whole. */
  key: string
  message: string
}

export function mistakeText({ where, key, message }: ConfigMistake): string {
  return [where, key, message].filter(Boolean).join(': ')
}

/** The configuration cannot be used. Holds every mistake, not only the first. */
export class ConfigInvalid extends Error {
  readonly mistakes: readonly ConfigMistake[]

  constructor(mistakes: readonly ConfigMistake[]) {
    const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`
    super([`the configuration has ${count}:`, ...mistakes.map((mistake) => `  ${mistakeText(mistake)}`)].join('\n'))
    this.name = 'ConfigInvalid'
    this.mistakes = mistakes
  }
}
