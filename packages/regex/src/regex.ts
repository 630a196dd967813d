/** Who can answer: V8's own regular expressions, our automaton, or the library re2js. */
export type Engine = 'v8' | 'automaton' | 're2js'

/** What answers for one text: an engine, or `literals` where the text lacks what every match has. */
export type Answerer = Engine | 'literals'

/** What matches an expression. All of them give the same answers. */
export interface Matcher {
  test(text: string): boolean
  exec(text: string): (string | undefined)[] | null
  search(text: string): number[] | null
  answererFor(text: string): Answerer
}

/** A compiled expression. Matching takes time linear in the text, whatever the text. */
export interface Regex {
  /** The expression as it was given. */
  readonly source: string
  /**
   * Who matches ordinary texts: V8, or the automaton where JavaScript cannot keep the meaning, or re2js where
   * the expression is too large for that.
   */
  readonly engine: Engine
  /** Name of each group by its index; '' for a group without one and for index 0, the whole match. */
  readonly groupNames: readonly string[]
  /** Literals of which every text with a match has at least one; undefined if none are known. */
  readonly requiredLiterals: readonly string[] | undefined
  /** Whether the text has a match. */
  test(text: string): boolean
  /**
   * The texts of the leftmost-first match by group, 0 being the whole; undefined for a group that took no
   * part. Null if there is no match.
   */
  exec(text: string): (string | undefined)[] | null
  /**
   * The places of the leftmost-first match as `start, end` pairs by group, in UTF-16 units; -1, -1 for a group
   * that took no part. Null if there is no match.
   */
  search(text: string): number[] | null
  /** Who would answer for the text now. V8 is spared long texts and texts like ones it was slow with. */
  answererFor(text: string): Answerer
}
