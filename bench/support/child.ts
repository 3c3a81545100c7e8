/** What a program of the bench was started with, its first message: ten thousand senders are too long for an argument. */
export function startedWith(): Promise<unknown> {
  return new Promise((resolve) => process.once('message', resolve))
}

/** Says something to the bench. */
export function tell(message: object): void {
  process.send?.(message)
}

/** Answers each message of the bench, and ends when the bench does. */
export function answer(handle: (message: unknown) => Promise<object>): void {
  endWithBench()
  process.on('message', (message) => {
    void handle(message).then(tell)
  })
}

/** No program outlives the bench, however that ends. */
export function endWithBench(): void {
  process.on('disconnect', () => process.exit(0))
  process.on('SIGTERM', () => process.exit(0))
}
