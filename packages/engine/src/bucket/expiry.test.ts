import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExpiryQueue } from './expiry.ts'

const never = () => false

describe('ExpiryQueue', () => {
  it('gives what is due, the earliest first, whatever the order of adding', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000)), fc.nat(1000), (deadlines, now) => {
        const queue = new ExpiryQueue<{ deadlineMs: number }>()
        for (const deadlineMs of deadlines) queue.add({ deadlineMs })
        const due: number[] = []
        for (let item = queue.next(now, never); item; item = queue.next(now, never)) due.push(item.deadlineMs)
        const expected = deadlines.filter((deadline) => deadline <= now).sort((a, b) => a - b)
        expect(due).toEqual(expected)
      }),
    )
  })

  it('waits for a deadline that moved on after the item was added', () => {
    const queue = new ExpiryQueue<{ deadlineMs: number }>()
    const item = { deadlineMs: 10 }
    queue.add(item)
    item.deadlineMs = 50
    expect(queue.next(20, never)).toBeNull()
    expect(queue.next(50, never)).toBe(item)
    expect(queue.size).toBe(0)
  })

  it('forgets items that are gone before they come up, when told to', () => {
    const queue = new ExpiryQueue<{ deadlineMs: number }>()
    for (const deadlineMs of [5, 1, 4, 2, 3]) queue.add({ deadlineMs })
    queue.forget(({ deadlineMs }) => deadlineMs % 2 === 0)
    expect(queue.size).toBe(3)
    expect(queue.next(9, never)?.deadlineMs).toBe(1)
    expect(queue.next(9, never)?.deadlineMs).toBe(3)
  })

  it('forgets items that are gone', () => {
    const queue = new ExpiryQueue<{ deadlineMs: number }>()
    queue.add({ deadlineMs: 10 })
    expect(queue.next(20, () => true)).toBeNull()
    expect(queue.size).toBe(0)
  })
})
