import { type FSWatcher, watch } from 'node:fs'
import { realpath } from 'node:fs/promises'

/** Between two looks at the files at least this much. */
const leastPauseMs = 15

/**
 * Ends a pause early when the system says that something in a folder changed. Nothing depends on it: where the system
 * says nothing (network folders), the pause ends by itself.
 */
export class ChangeHints {
  readonly #watchers = new Map<string, FSWatcher>()
  #hinted = false
  #wake: (() => void) | null = null

  /** Watches these folders, and no others. Folders that cannot be watched are left out. */
  async watch(folders: Iterable<string>): Promise<void> {
    const wanted = new Set<string>()
    for (const folder of folders) {
      const real = await realpath(folder).catch(() => null)
      if (real !== null) wanted.add(real)
    }
    for (const [folder, watcher] of this.#watchers) if (!wanted.has(folder)) this.#drop(folder, watcher)
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#add(folder)
  }

  /**
   * Waits for a hint or for the time to pass, whichever is first; but never shorter than a few milliseconds, and than
   * `busyMs`, so that a folder where everything changes all the time does not keep the machine busy.
   */
  async pause(ms: number, busyMs: number, signal: AbortSignal): Promise<void> {
    await this.#sleep(Math.max(leastPauseMs, busyMs), signal, false)
    if (!this.#hinted) await this.#sleep(ms, signal, true)
    this.#hinted = false
  }

  close(): void {
    for (const [folder, watcher] of this.#watchers) this.#drop(folder, watcher)
  }

  #add(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#hint())
      watcher.on('error', () => this.#drop(folder, watcher))
      this.#watchers.set(folder, watcher)
    } catch {
      // No hints from this folder: the pauses end by themselves.
    }
  }

  #drop(folder: string, watcher: FSWatcher): void {
    watcher.close()
    this.#watchers.delete(folder)
  }

  #hint(): void {
    this.#hinted = true
    this.#wake?.()
  }

  async #sleep(ms: number, signal: AbortSignal, untilHint: boolean): Promise<void> {
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        this.#wake = null
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal.addEventListener('abort', end)
      if (untilHint) this.#wake = end
    })
  }
}
