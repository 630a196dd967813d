import { parseTime, Time } from '@tocsin/expr'

const rfc3339 = '2006-01-02T15:04:05Z07:00'

const layouts = [
  rfc3339,
  '02/Jan/2006:15:04:05 -0700',
  'Mon Jan 2 15:04:05 2006',
  '02-Jan-2006 15:04:05 europe/paris',
  '01/02/2006 15:04:05',
  '2006-01-02 15:04:05.999999999 -0700 MST',
  'Jan  2 15:04:05',
  'Mon Jan 02 15:04:05.000000 2006',
  rfc3339,
  '2006/01/02',
  '2006/01/02 15:04',
  '2006-01-02',
  '2006-01-02 15:04',
  '2006/01/02 15:04:05',
  '2006-01-02 15:04:05',
  '2006-01-02T15:04:05',
]

/** The time that a text names: by the given layout, by those above, as seconds of the epoch; null for none of them. */
export function plainDate(text: string, layout: string, arrived: Time): Time | null {
  if (text.length > 256) return null
  for (const candidate of layout === '' ? layouts : [layout, ...layouts]) {
    const time = parseTime(candidate, text)
    if (time === null || time.isZero()) continue
    const dated = time.face().year === 0 ? time.addDate(arrived.face().year, 0, 0) : time
    if (isWritable(dated)) return dated
  }
  const whole = text.split('.')[0] ?? ''
  const seconds = /^\+?\d{1,15}$/.test(whole) ? Number(whole) : 0
  const time = new Time(seconds)
  return seconds > 0 && isWritable(time) ? time : null
}

function isWritable(time: Time): boolean {
  const { year } = time.face()
  return year >= 0 && year <= 9999
}

/** The time of an event as buckets read it; null where it has none. */
export function eventTime(marshaledTime: string): Time | null {
  const time = parseTime(rfc3339, marshaledTime)
  return time !== null && isWritable(time) ? time : null
}
