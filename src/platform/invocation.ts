/** How a person calls the program that runs now: by npm in a checkout, by its name when it is installed. */
export function programName(): string {
  return import.meta.filename.endsWith('.ts') ? 'npm run -s cortex --' : 'cortex'
}
