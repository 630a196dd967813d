/** Whole, decimal and hexadecimal numbers. */
export const numberPatterns = {
  INT: '[+-]?(?:[0-9]+)',
  POSINT: String.raw`\b[1-9][0-9]*\b`,
  NONNEGINT: String.raw`\b[0-9]+\b`,
  BASE10NUM: String.raw`[+-]?(?:(?:[0-9]+(?:\.[0-9]+)?)|(?:\.[0-9]+))`,
  NUMBER: '%{BASE10NUM}',
  BASE16NUM: '[+-]?(?:0x)?(?:[0-9A-Fa-f]+)',
  BASE16FLOAT: String.raw`\b[+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]*)?|\.[0-9A-Fa-f]+)\b`,
}
