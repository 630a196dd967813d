export { compileRegex, type Regex } from './compile.ts'
export { RegexSyntaxError } from './error.ts'
