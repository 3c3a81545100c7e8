/** Works through a list with at most `maxAtOnce` at a time; rejects with the first rejection, after all that began ended. */
export async function inParallel<T>(
  items: readonly T[],
  maxAtOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items]
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  const ends = await Promise.allSettled(Array.from({ length: Math.min(maxAtOnce, items.length) }, worker))
  const failure = ends.find((end) => end.status === 'rejected')
  if (failure) throw failure.reason
}
