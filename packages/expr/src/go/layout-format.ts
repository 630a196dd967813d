import { chunksOf } from './layout.ts'
import type { Clockface, Time } from './time.ts'
import { dayNames, monthNames } from './time.ts'

const pad = (value: number, width: number, fill = '0') => {
  const digits = Math.abs(value).toString().padStart(width, fill)
  return value < 0 ? `-${digits}` : digits
}

const hour12 = (hour: number) => hour % 12 || 12

const writers: Record<string, (face: Clockface) => string> = {
  '2006': ({ year }) => pad(year, 4),
  '06': ({ year }) => pad(Math.abs(year) % 100, 2),
  January: ({ month }) => monthNames[month - 1] ?? '',
  Jan: ({ month }) => (monthNames[month - 1] ?? '').slice(0, 3),
  '01': ({ month }) => pad(month, 2),
  '1': ({ month }) => `${month}`,
  Monday: ({ weekday }) => dayNames[weekday] ?? '',
  Mon: ({ weekday }) => (dayNames[weekday] ?? '').slice(0, 3),
  '02': ({ day }) => pad(day, 2),
  _2: ({ day }) => pad(day, 2, ' '),
  '2': ({ day }) => `${day}`,
  '002': ({ yearDay }) => pad(yearDay, 3),
  __2: ({ yearDay }) => pad(yearDay, 3, ' '),
  '15': ({ hour }) => pad(hour, 2),
  '03': ({ hour }) => pad(hour12(hour), 2),
  '3': ({ hour }) => `${hour12(hour)}`,
  '04': ({ minute }) => pad(minute, 2),
  '4': ({ minute }) => `${minute}`,
  '05': ({ second }) => pad(second, 2),
  '5': ({ second }) => `${second}`,
  PM: ({ hour }) => (hour >= 12 ? 'PM' : 'AM'),
  pm: ({ hour }) => (hour >= 12 ? 'pm' : 'am'),
  MST: ({ abbreviation, offset }) => abbreviation || shortOffset(offset),
}

/** The text of a time in a layout of Go's notation. Source: time.Time.Format. */
export function formatTime(time: Time, layout: string): string {
  const face = time.face()
  let text = ''
  for (const chunk of chunksOf(layout)) {
    if (chunk.kind === 'text') text += chunk.text
    else if (chunk.kind === 'fraction') text += fraction(time.nanoseconds, chunk)
    else text += writers[chunk.field]?.(face) ?? zone(chunk.field, face.offset)
  }
  return text
}

function fraction(nanoseconds: number, chunk: { separator: string; digits: number; exact: boolean }): string {
  const all = pad(nanoseconds, 9).padEnd(chunk.digits, '0').slice(0, chunk.digits)
  const shown = chunk.exact ? all : all.replace(/0+$/, '')
  return shown === '' ? '' : chunk.separator + shown
}

function zone(field: string, offset: number): string {
  if (field.startsWith('Z') && offset === 0) return 'Z'
  const sign = offset < 0 ? '-' : '+'
  const total = Math.abs(offset)
  const colon = field.includes(':') ? ':' : ''
  const hours = pad(Math.floor(total / 3600), 2)
  const minutes = pad(Math.floor(total / 60) % 60, 2)
  const digits = field.replace(/[^0-9]/g, '').length
  if (digits === 2) return sign + hours
  const seconds = digits === 6 ? colon + pad(total % 60, 2) : ''
  return sign + hours + colon + minutes + seconds
}

/** What stands for the name of a zone that has none. */
function shortOffset(offset: number): string {
  const minutes = Math.trunc(offset / 60)
  const distance = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${pad(Math.trunc(distance / 60), 2)}${pad(distance % 60, 2)}`
}
