/** A choice kept in this browser. What is not one of `allowed`, or a browser that keeps nothing, reads as null. */
export function remembered<Value extends string>(key: string, allowed: readonly Value[]) {
  return {
    read(): Value | null {
      try {
        const text = localStorage.getItem(key)
        return allowed.find((value) => value === text) ?? null
      } catch {
        return null
      }
    },
    write(value: Value): void {
      try {
        localStorage.setItem(key, value)
      } catch {
        // It holds until the page is left.
      }
    },
  }
}
