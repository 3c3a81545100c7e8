import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFifo } from './fifo.ts'

test('it gives back what an array would, in the same order', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(), { nil: 'shift' as const })), (steps) => {
      const fifo = createFifo<number>()
      const model: number[] = []
      for (const step of steps) {
        if (step === 'shift') expect(fifo.shift()).toBe(model.shift())
        else {
          fifo.push(step)
          model.push(step)
        }
        expect(fifo.peek()).toBe(model[0])
        expect(fifo.size()).toBe(model.length)
      }
      fifo.clear()
      expect(fifo.size()).toBe(0)
    }),
  )
})
