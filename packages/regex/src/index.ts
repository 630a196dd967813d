export { compileRegex, type RegexOptions } from './compile.ts'
export type { Answerer, Engine, Regex } from './regex.ts'
export { RegexSyntaxError } from './syntax/error.ts'
