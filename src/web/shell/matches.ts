/** Whether every word that was typed occurs in the text, in any order and case. */
export function matches(typed: string, text: string): boolean {
  const whole = text.toLowerCase()
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word))
}
