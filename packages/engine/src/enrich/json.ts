import type { Environment, Value } from '@tocsin/expr'
import type { EnrichMethod } from './method.ts'

/**
 * The method UnmarshalJSON: puts the members of the object that the raw line holds among `unmarshaled`; its text does
 * not matter. JSON is read as the helper function of that name reads it.
 */
export function unmarshalJsonMethod(environment: Environment): EnrichMethod {
  const unmarshal = environment.functions.get('UnmarshalJSON')?.call as Unmarshal | undefined
  return {
    name: 'UnmarshalJSON',
    enrich: (_text, event) => {
      const read = new Map<string, Value>()
      try {
        unmarshal?.(event.line.raw, read, 'line')
      } catch {
        // A line that is no JSON is counted, like any other text that a method cannot work with.
        return false
      }
      const object = read.get('line')
      if (!(object instanceof Map)) return false
      for (const [key, value] of object as ReadonlyMap<string, Value>) event.unmarshaled.set(key, value)
      return true
    },
  }
}

type Unmarshal = (text: string, target: Map<string, Value>, key: string) => Value
