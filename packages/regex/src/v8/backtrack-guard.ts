/** Texts up to this length are too short to be worth a look. */
export const shortestGuarded = 64
/** After this many characters the next match is timed. */
const charactersBetweenChecks = 4096
const slowMilliseconds = 0.2
// V8 compiles a pattern at its first match and again at its second, for texts of one and of two bytes a unit.
const freeSlowMatches = 4
const firstBan = 64
const longestBan = 8192

/**
 * Decides for one pattern whether V8 may be asked. It spot-checks how long V8 takes: texts that drive it into its
 * linear engine make it slow, and a pattern that meets such texts is kept from it for a number of texts, more
 * each time. This decides who answers, never what the answer is.
 */
export class BacktrackGuard {
  private unchecked = 0
  private slowMatches = 0
  private ban = firstBan
  private bannedTexts = 0

  /** Whether V8 would not be asked now for a text of that length. */
  banLasts(length: number): boolean {
    return this.bannedTexts > 0 && length > shortestGuarded
  }

  /** Whether V8 must not be asked for this text, which counts towards the end of the ban. */
  isBanned(length: number): boolean {
    if (!this.banLasts(length)) return false
    this.bannedTexts--
    return true
  }

  /** Whether the match of a text of that length is to be timed, and `finished` called with the time. */
  wantsTime(length: number): boolean {
    if (length <= shortestGuarded) return false
    this.unchecked += length
    return this.unchecked > charactersBetweenChecks
  }

  /** Takes note of how long a timed match took. */
  finished(milliseconds: number): void {
    this.unchecked = 0
    if (milliseconds < slowMilliseconds) {
      this.ban = firstBan
      return
    }
    this.slowMatches++
    if (this.slowMatches <= freeSlowMatches) {
      this.unchecked = charactersBetweenChecks
      return
    }
    this.bannedTexts = this.ban
    this.ban = Math.min(longestBan, this.ban * 2)
    // The first match after the ban is timed.
    this.unchecked = charactersBetweenChecks
  }
}

// V8 takes fields that were never written again for constants: the first ban would have what matches compiled anew.
const settled = new BacktrackGuard()
for (let slow = 0; slow <= freeSlowMatches + 1; slow++) settled.finished(slowMilliseconds)
settled.isBanned(shortestGuarded + 1)
