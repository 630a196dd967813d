/** The bytes of padded base64, line breaks ignored; null where it is malformed. Source: base64.StdEncoding. */
export function decodeBase64(text: string): Uint8Array | null {
  const digits = text.replaceAll(/[\r\n]/g, '')
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return null
  return Buffer.from(digits, 'base64')
}
