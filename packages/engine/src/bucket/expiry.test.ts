import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExpiryQueue } from './expiry.ts'

const never = () => false

describe('ExpiryQueue', () => {
  it('gives what is due, the earliest first, whatever the order of adding', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 1000n })),
        fc.bigInt({ min: 0n, max: 1000n }),
        (deadlines, now) => {
          const queue = new ExpiryQueue<{ deadlineNs: bigint }>()
          for (const deadlineNs of deadlines) queue.add({ deadlineNs })
          const due: bigint[] = []
          for (let item = queue.next(now, never); item; item = queue.next(now, never))
            due.push(item.deadlineNs)
          const expected = deadlines.filter((deadline) => deadline <= now).sort((a, b) => Number(a - b))
          expect(due).toEqual(expected)
        },
      ),
    )
  })

  it('waits for a deadline that moved on after the item was added', () => {
    const queue = new ExpiryQueue<{ deadlineNs: bigint }>()
    const item = { deadlineNs: 10n }
    queue.add(item)
    item.deadlineNs = 50n
    expect(queue.next(20n, never)).toBeNull()
    expect(queue.next(50n, never)).toBe(item)
    expect(queue.size).toBe(0)
  })

  it('forgets items that are gone before they come up, when told to', () => {
    const queue = new ExpiryQueue<{ deadlineNs: bigint }>()
    for (const deadlineNs of [5n, 1n, 4n, 2n, 3n]) queue.add({ deadlineNs })
    queue.forget(({ deadlineNs }) => deadlineNs % 2n === 0n)
    expect(queue.size).toBe(3)
    expect(queue.next(9n, never)?.deadlineNs).toBe(1n)
    expect(queue.next(9n, never)?.deadlineNs).toBe(3n)
  })

  it('forgets items that are gone', () => {
    const queue = new ExpiryQueue<{ deadlineNs: bigint }>()
    queue.add({ deadlineNs: 10n })
    expect(queue.next(20n, () => true)).toBeNull()
    expect(queue.size).toBe(0)
  })
})
