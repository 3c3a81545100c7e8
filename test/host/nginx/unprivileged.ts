/** What this file of tests does, it does as nobody: neither nginx nor a mistake here can touch the machine. */
export function becomeNobody(): void {
  if (process.getuid?.() !== 0) return
  const nobody = 65_534
  process.setgroups?.([nobody])
  process.setgid?.(nobody)
  process.setuid?.(nobody)
}
