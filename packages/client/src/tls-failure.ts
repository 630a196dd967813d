const wrongScheme = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'EPROTO'])
const otherFailures = new Set(['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT'])

/** What can be done about a connection that could not be secured; null for failures of another kind. */
export function tlsHint(code: string): string | null {
  if (wrongScheme.has(code)) return 'check whether the url is to begin with http or https'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'use the name or address that the certificate of the Local API is for'
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return 'renew the certificate of the Local API, or set the clock right'
  }
  if (code.startsWith('ERR_SSL_') && code.includes('_ALERT_')) {
    return 'the Local API refuses this client: give it a certificate of an authority that the Local API believes (client.cert_path, or --cert)'
  }
  if (code.startsWith('UNABLE_TO_') || code.startsWith('CERT_') || otherFailures.has(code)) {
    return 'name the authority that signed the certificate of the Local API (client.ca_cert_path, or --ca-cert)'
  }
  return code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_')
    ? 'check the certificates of both sides'
    : null
}
