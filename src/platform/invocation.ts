/** How a person calls the program that runs now: by npm in a checkout, by its name when it is installed. */
export function programName(script: string | undefined): string {
  return script?.endsWith('main.ts') ? 'npm run -s cortex --' : 'cortex'
}
