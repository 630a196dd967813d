import { decodeBase64 } from '../go/base64.ts'
import { formatJson, parseJson } from '../go/json.ts'
import { asString } from '../runtime/convert.ts'
import { fromBytes } from '../runtime/text.ts'
import { types } from '../type/type.ts'
import { ArgumentError, type Builtin } from './builtin.ts'

const here = -1
const { any, string } = types

/** Builtins that turn values into text of some notation and back. */
export const encodingBuiltins: readonly Builtin[] = [
  {
    name: 'toJSON',
    overloads: [types.func([any], string)],
    call: (value) => formatJson(value ?? null, '  '),
  },
  {
    name: 'fromJSON',
    overloads: [types.func([string], any)],
    call: (text) => parseJson(asString(text ?? null, here)),
  },
  {
    name: 'toBase64',
    overloads: [types.func([string], string)],
    call: (text) => Buffer.from(asString(text ?? null, here)).toString('base64'),
  },
  {
    name: 'fromBase64',
    overloads: [types.func([string], string)],
    call: (text) => {
      const bytes = decodeBase64(asString(text ?? null, here))
      if (!bytes) throw new ArgumentError('the text is no base64')
      return fromBytes(bytes)
    },
  },
]
