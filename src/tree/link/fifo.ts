export interface Fifo<T> {
  push(item: T): void
  shift(): T | undefined
  peek(): T | undefined
  size(): number
  clear(): void
}

/** First in, first out, both in constant time; `Array.shift` moves every later item. */
export function createFifo<T>(): Fifo<T> {
  let items: T[] = []
  let head = 0
  return {
    push: (item) => void items.push(item),
    shift() {
      if (head === items.length) return undefined
      const item = items[head]
      head += 1
      if (head * 2 >= items.length) {
        items = items.slice(head)
        head = 0
      }
      return item
    },
    peek: () => items[head],
    size: () => items.length - head,
    clear() {
      items = []
      head = 0
    },
  }
}
