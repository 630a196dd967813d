import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { home, load, mistakes, write } from '../../test/config-file.ts'

describe('a Local API elsewhere', () => {
  it('knows this machine by a password or by a certificate, paths being those of CrowdSec', async () => {
    const byPassword = await load('client: { url: http://192.0.2.1:8080, login: web-1, password: secret }')
    expect(byPassword.client).toMatchObject({
      login: { value: 'web-1' },
      password: { value: 'secret' },
      tls: { authority: { value: null }, certificate: { value: null }, insecure: { value: false } },
    })
    const byCertificate = await load(
      'client:\n  url: https://192.0.2.1:8080\n  ca_cert_path: ca.pem\n  cert_path: /tls/web.pem\n' +
        '  key_path: web.key\n  insecure_skip_verify: true\n',
    )
    const folder = dirname(byCertificate.file ?? '')
    expect(byCertificate.client).toMatchObject({
      login: { value: null },
      tls: {
        authority: { value: join(folder, 'ca.pem') },
        certificate: { value: '/tls/web.pem' },
        key: { value: join(folder, 'web.key') },
        insecure: { value: true },
      },
    })
  })
  it('may be named by a file, such as one of CrowdSec', async () => {
    write('there.yaml', 'url: https://x\ncert_path: web.pem\nkey_path: /web.key\n')
    const { client } = await load('client: { credentials_path: there.yaml, insecure_skip_verify: true }')
    expect(client).toMatchObject({
      url: { value: 'https://x', origin: `${join(home, 'there.yaml')}:1` },
      tls: { certificate: { value: join(home, 'web.pem') }, insecure: { value: true } },
    })
    expect(await mistakes('client: { credentials_path: nowhere.yaml }')).toMatch(
      /cannot read the credentials .*nowhere\.yaml: there is no such file/,
    )
    write('there.yaml', 'url: https://x\nlogn: a\n')
    expect(await mistakes('client: { credentials_path: there.yaml }')).toMatch(
      /there\.yaml:2:1 .*unknown key "logn"[\s\S]*did you mean "login"/,
    )
    expect(await mistakes('client: { credentials_path: there.yaml, login: a }')).toMatch(
      /"login" is in the file that "credentials_path" names/,
    )
  })
  it.each([
    ['{ login: a, password: b }', /"url" is missing/],
    ['{ url: http://x }', /"login" and "password" are missing, or "cert_path" and "key_path" in their place/],
    ['{ url: http://x, login: a }', /"password" is missing beside "login"/],
    ['{ url: https://x, key_path: k }', /"cert_path" is missing beside "key_path"/],
    ['{ url: https://x, login: a, password: b, cert_path: c, key_path: k }', /a login and a certificate/],
    ['{ url: http://x, cert_path: c, key_path: k }', /an url that begins with https/],
    ['{ url: http://x, login: a, password: b, ca_cert_pat: c }', /did you mean "ca_cert_path"/],
  ])('%s', async (text, expected) => expect(await mistakes(`client: ${text}`)).toMatch(expected))
})
