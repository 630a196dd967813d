/** Recorded answers that are not followed, and why. The case's expression has to match. */
export const deviations: readonly { file: RegExp; expr: RegExp; reason: string }[] = [
  {
    file: /^random/,
    expr: /findLast(?:Index)?\(/,
    reason:
      'findLast and findLastIndex leave values of their loop on the stack of the original, where operands before them are taken from: [lower("A"), findLastIndex(...)] gives [true, ...]',
  },
  {
    file: /^generated/,
    expr: /string\(/,
    reason: 'the text of a function is its address in the memory of the process that recorded the answer',
  },
]
