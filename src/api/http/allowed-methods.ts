const documented = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** The methods that the routes answer on a path; none for a path that does not exist. Catch-all routes are not counted. */
export function allowedMethods(routes: ReadonlyArray<{ method: string; path: string }>, path: string): string[] {
  const segments = path.split('/')
  const methods = routes
    .filter((route) => documented.has(route.method) && fits(route.path.split('/'), segments))
    .map((route) => route.method)
  return [...new Set(methods)].toSorted()
}

function fits(pattern: string[], segments: string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, at) => (part.startsWith(':') ? segments[at] !== '' : part === segments[at]))
  )
}
