import type { Logger } from '@tocsin/model'
import { printable } from './table.ts'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]
export type LogFormat = 'text' | 'json'

/** Writes one line a message to a stream: `2026-11-22T12:00:00.000Z INFO  message key=value`, or JSON. */
export function createLogger(
  stream: { write(text: string): unknown },
  level: LogLevel = 'info',
  format: LogFormat = 'text',
): Logger {
  const least = logLevels.indexOf(level)
  const say =
    (at: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      if (logLevels.indexOf(at) < least) return
      const time = new Date().toISOString()
      const line =
        format === 'json'
          ? JSON.stringify({ time, level: at, message, ...fields })
          : `${time} ${at.toUpperCase().padEnd(5)} ${textOf(message)}${formatFields(fields)}`
      stream.write(`${line}\n`)
    }
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
}

/** Excerpts with carets span lines: they keep them, indented; anything else that breaks a line is shown as `?`. */
function textOf(message: string): string {
  return message.split('\n').map(printable).join('\n    ')
}

function formatFields(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .map(
      ([key, value]) =>
        ` ${key}=${printable(typeof value === 'string' ? quoted(value) : JSON.stringify(value))}`,
    )
    .join('')
}

function quoted(value: string): string {
  return /[\s"=]/.test(value) || value === '' ? JSON.stringify(value) : value
}
