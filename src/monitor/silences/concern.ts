/**
 * The scope of a silence as a direct child has to know it; undefined when the child has nothing to do with it. A silence of
 * everything, of this monitor or of one above covers all that the child sees: for the child that is null, because it does
 * not know the nodes above itself.
 */
export function scopeForChild(
  scope: string | null,
  child: { agentId: string; path: readonly string[] },
  pathOfScope: readonly string[] | null,
): string | null | undefined {
  if (scope === null || child.path.slice(0, -1).includes(scope)) return null
  return pathOfScope?.includes(child.agentId) ? scope : undefined
}
