/** Addresses, host names, hardware addresses. */
export const networkPatterns = {
  IPV4: String.raw`(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)`,
  IPV6: ipv6(),
  IP: '%{IPV6}|%{IPV4}',
  HOSTNAME: String.raw`\b[0-9A-Za-z][0-9A-Za-z-]{0,62}(?:\.[0-9A-Za-z][0-9A-Za-z-]{0,62})*(\.?|\b)`,
  HOST: '%{HOSTNAME}',
  IPORHOST: '%{IP}|%{HOSTNAME}',
  HOSTPORT: '%{IPORHOST}:%{POSINT}',
  CISCOMAC: String.raw`(?:[A-Fa-f0-9]{4}\.){2}[A-Fa-f0-9]{4}`,
  WINDOWSMAC: '(?:[A-Fa-f0-9]{2}-){5}[A-Fa-f0-9]{2}',
  COMMONMAC: '(?:[A-Fa-f0-9]{2}:){5}[A-Fa-f0-9]{2}',
  MAC: '%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC}',
}

/**
 * IPv6 text with an optional zone: one alternative for each number of groups before the gap, from seven to none,
 * where the tail may end in a dotted address.
 */
function ipv6(): string {
  const group = '[0-9A-Fa-f]{1,4}'
  const octet = String.raw`(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`
  const dotted = String.raw`(${octet}(\.${octet}){3})`
  const tails = [`((:${group}){1,2})|:${dotted}`, `((:${group}){1,3})|((:${group})?:${dotted})`]
  for (let most = 4; most <= 6; most++) {
    tails.push(`((:${group}){1,${most}})|((:${group}){0,${most - 2}}:${dotted})`)
  }
  const alternatives = [`(${group}:){7}(${group}|:)`, `(${group}:){6}(:${group}|${dotted}|:)`]
  for (const [index, tail] of tails.entries()) alternatives.push(`(${group}:){${5 - index}}(${tail}|:)`)
  alternatives.push(`:(((:${group}){1,7})|((:${group}){0,5}:${dotted})|:)`)
  return `(${alternatives.map((alternative) => `(${alternative})`).join('|')})(%.+)?`
}
