/** An address of a parent monitor with this node's key there; null: this node must register before it can speak. */
export interface Parent {
  url: string
  apiKey: string | null
}

/** Which parent is in use, and how often in a row it could not be reached. */
export interface ParentChoice {
  url: string | null
  failures: number
}

/** The parent to speak to: the one in use as long as it is configured, else the first. Undefined when there is none. */
export function chosenParent(choice: ParentChoice, parents: readonly Parent[]): Parent | undefined {
  return parents.find((parent) => parent.url === choice.url) ?? parents[0]
}

/** It answered: it stays in use, and nothing returns to a "better" one by itself. */
export function afterAnswer(url: string): ParentChoice {
  return { url, failures: 0 }
}

/** It could not be reached: after `tries` failures in a row the next in order takes its place, the first after the last. */
export function afterNoAnswer(
  choice: ParentChoice,
  url: string,
  parents: readonly Parent[],
  tries: number,
): ParentChoice {
  if (choice.url !== null && choice.url !== url) return choice
  const failures = choice.failures + 1
  if (failures < tries || parents.length < 2) return { url, failures }
  const at = parents.findIndex((parent) => parent.url === url)
  return { url: parents[(at + 1) % parents.length]?.url ?? url, failures: 0 }
}

/** The form in which a parent's address is kept and compared; throws on what is no http(s) address. */
export function normalizeParentUrl(text: string): string {
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`${text} is not an http or https address`)
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api\/v1$/, '')}`
}
