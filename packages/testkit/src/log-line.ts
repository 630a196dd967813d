/** A line that sshd writes now about a login that failed, with its line end. */
export function failedLogin(address: string, port: number): string {
  const time = new Date().toUTCString()
  const [, day = '', month = '', , clock = ''] = time.split(/,? /)
  return `${month} ${day.replace(/^0/, ' ')} ${clock} server sshd[4242]: Failed password for invalid user admin from ${address} port ${port} ssh2\n`
}
