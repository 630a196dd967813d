import {
  bool,
  integer,
  list,
  mapOf,
  object,
  oneOf,
  refine,
  report,
  required,
  type Schema,
  text,
} from '@tocsin/document'
import { type Logger, parseDurationMs } from '@tocsin/model'
import { reasonOf } from '../file-error.ts'
import { catFiles } from '../tail/cat-files.ts'
import { type FileSpec, type LogLevel, logLevels } from '../tail/file-spec.ts'
import { LineDelivery } from '../tail/line-delivery.ts'
import { Notices } from '../tail/notices.ts'
import { rereadFile } from '../tail/reread-file.ts'
import { Tailer } from '../tail/tailer.ts'
import type {
  BuildContext,
  Matcher,
  Source,
  SourceHost,
  SourceKind,
  SourceStats,
  SpecContext,
} from './source.ts'

const maxBufferBytes = 16 * 1024 * 1024
const defaultPollMs = 500
const defaultDiscoveryMs = 5000

/** Files that are followed while they grow, or read once. Source: CrowdSec's data source `file`. */
export const fileKind: SourceKind<FileSpec> = {
  kind: 'file',
  tellingKeys: ['filename', 'filenames'],
  spec: fileSpec,
  build: (spec, context) => new FileSource(spec, context),
  reread: rereadFile,
}

function fileSpec(context: SpecContext): Schema<FileSpec> {
  const document = object({
    source: text(),
    name: text(),
    unique_id: text(),
    log_level: oneOf('trace', 'debug', 'info', 'warning', 'warn', 'error', 'fatal', 'panic'),
    labels: required(
      refine(mapOf(text()), (labels) => (labels.get('type') ? null : 'the key "type" is missing or empty')),
    ),
    mode: oneOf('tail', 'cat'),
    use_time_machine: bool(),
    transform: refused('transform'),
    filename: text(),
    filenames: list(text()),
    exclude_regexps: list(pattern(context)),
    // Folders are always watched where the system can, so there is nothing to force.
    force_inotify: bool(),
    poll_without_inotify: bool(),
    discovery_poll_enable: bool(),
    discovery_poll_interval: duration(),
    max_buffer_size: refine(integer(), (bytes) =>
      bytes >= 1 && bytes <= maxBufferBytes ? null : `it must be between 1 and ${maxBufferBytes} bytes`,
    ),
  })
  const whole = refine(document, ({ filename, filenames = [] }) =>
    filename || filenames.length > 0 ? null : 'it names no file: "filename" or "filenames" is missing',
  )
  return (node, at) => {
    const value = whole(node, at)
    if (value?.labels === undefined) return undefined
    const patterns = [...(value.filename ? [value.filename] : []), ...(value.filenames ?? [])]
    return {
      name: value.name ?? value.unique_id ?? `file ${patterns[0] ?? ''}`,
      labels: value.labels,
      patterns,
      excluded: value.exclude_regexps ?? [],
      mode: value.mode ?? 'tail',
      replay: value.use_time_machine ?? false,
      hints: !(value.poll_without_inotify ?? false),
      discoveryMs: value.discovery_poll_interval ?? defaultDiscoveryMs,
      pollMs: defaultPollMs,
      maxLineBytes: value.max_buffer_size,
      logLevel: levels[value.log_level ?? 'info'] ?? 'info',
    }
  }
}

const levels: Record<string, LogLevel> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'error',
  panic: 'error',
}

/** An option that exists and is not supported. */
function refused(option: string): Schema<never> {
  return (node, at) => {
    if (node === null || node === undefined) return undefined
    const hint = 'take it out, or do the same in a parser'
    return report(
      at,
      node,
      'ACQUISITION_UNSUPPORTED',
      `cannot read source: "${option}" is not supported`,
      hint,
    )
  }
}

function pattern(context: SpecContext): Schema<Matcher> {
  const source = text()
  return (node, at) => {
    const value = source(node, at)
    if (value === undefined) return undefined
    try {
      return context.compilePattern(value)
    } catch (error) {
      return report(
        at,
        node,
        'ACQUISITION_BAD_PATTERN',
        `cannot read source: bad pattern: ${reasonOf(error)}`,
      )
    }
  }
}

function duration(): Schema<number> {
  const checked = refine(text(), (value) =>
    (parseDurationMs(value) ?? 0) > 0 ? null : `"${value}" is not a duration above zero such as 30s or 5m`,
  )
  return (node, at) => {
    const value = checked(node, at)
    return value === undefined ? undefined : (parseDurationMs(value) ?? undefined)
  }
}

class FileSource implements Source {
  readonly kind = 'file'
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  readonly #spec: FileSpec
  readonly #context: BuildContext
  #delivery: LineDelivery | null = null
  #notices: Notices | null = null
  #tailer: Tailer | null = null

  constructor(spec: FileSpec, context: BuildContext) {
    this.name = spec.name
    this.labels = spec.labels
    this.#spec = spec
    this.#context = { ...context, maxLineBytes: spec.maxLineBytes ?? context.maxLineBytes }
  }

  describe(): string {
    const { patterns, mode, labels } = this.#spec
    return `${patterns.join(', ')} (${mode === 'cat' ? 'once, ' : ''}type ${labels.get('type') ?? ''})`
  }

  async run(host: SourceHost, signal: AbortSignal): Promise<void> {
    const logger = atLeast(this.#spec.logLevel, host.logger)
    const notices = new Notices(logger)
    const delivery = new LineDelivery(host, notices)
    this.#notices = notices
    this.#delivery = delivery
    const parts = { spec: this.#spec, context: this.#context, host: { ...host, logger }, delivery, notices }
    if (this.#spec.mode === 'cat') {
      await catFiles(parts, signal)
    } else {
      this.#tailer = new Tailer(parts)
      await this.#tailer.run(signal)
    }
  }

  stats(): SourceStats {
    const files = this.#tailer?.files ?? []
    return {
      name: this.name,
      kind: this.kind,
      type: this.labels.get('type') ?? '',
      lines: this.#delivery?.lines ?? 0,
      bytes: this.#delivery?.bytes ?? 0,
      cutLines: this.#delivery?.cutLines ?? 0,
      cutBytes: this.#delivery?.cutBytes ?? 0,
      behindBytes: files.reduce((sum, file) => sum + file.behindBytes, 0),
      lastLineMs: this.#delivery?.lastLineMs ?? null,
      reading: files.map((file) => file.identity.path),
      problems: this.#notices?.problems() ?? [],
    }
  }
}

/** A logger that says only what is severe enough. */
function atLeast(level: LogLevel, logger: Logger): Logger {
  const said = new Set(logLevels.slice(logLevels.indexOf(level)))
  return {
    debug: (message, fields) => void (said.has('debug') && logger.debug(message, fields)),
    info: (message, fields) => void (said.has('info') && logger.info(message, fields)),
    warn: (message, fields) => void (said.has('warn') && logger.warn(message, fields)),
    error: (message, fields) => void (said.has('error') && logger.error(message, fields)),
  }
}
