const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Such as `Nov  2 10:00:00`, in UTC. */
export function bsdDate(timeMs: number): string {
  const date = new Date(timeMs)
  return `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock(date)}`
}

/** Such as `02/Nov/2026:10:00:00 +0000`, in UTC. */
export function accessDate(timeMs: number): string {
  const date = new Date(timeMs)
  return `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clock(date)} +0000`
}

function clock(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
