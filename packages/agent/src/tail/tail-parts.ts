import type { BuildContext, SourceHost } from '../source/source.ts'
import type { FileSpec } from './file-spec.ts'
import type { LineDelivery } from './line-delivery.ts'
import type { Notices } from './notices.ts'

/** What the parts of one source of files work with. */
export interface TailParts {
  readonly spec: FileSpec
  readonly context: BuildContext
  readonly host: SourceHost
  readonly delivery: LineDelivery
  readonly notices: Notices
}
