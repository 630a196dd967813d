import { fileKind } from './file.ts'
import type { SourceKind } from './source.ts'

/** Every kind of source there is. A new one is a file of the same shape and a line here. */
export const sourceKinds: readonly SourceKind<unknown>[] = [erase(fileKind)]

/** A kind whose documents are only ever given back to itself. */
function erase<Spec>(kind: SourceKind<Spec>): SourceKind<unknown> {
  return {
    ...kind,
    spec: (context) => kind.spec(context),
    build: (spec, context) => kind.build(spec as Spec, context),
  }
}
