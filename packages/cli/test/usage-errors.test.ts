import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const launcher = fileURLToPath(new URL('../bin/tocsin.js', import.meta.url))
const run = promisify(execFile)

it.each([
  [
    ['bouncer', 'nftables', '--cert', 'a.pem'],
    /one of --cert and --cert-key is missing\n {2}hint: give both/,
  ],
  [['bouncer', 'nftables', '--ca-cert', 'a'], /certificates are for one elsewhere\n {2}hint: .* --url/],
  [
    ['bouncer', 'nftables', '--url', 'http://x', '--cert', 'a', '--cert-key', 'b'],
    /cannot serve http:\/\/x: certificates need TLS.*\n {2}hint: begin it with https/,
  ],
  [
    ['bouncer', 'nftables', '--url', 'https://x', '--key', 'k', '--cert', 'a', '--cert-key', 'b'],
    /a certificate stands for a key/,
  ],
  [['decisions', 'add', '--ip', '192.0.2.1', '-d', 'forever'], /such as 30m, 4h or 7d, or permanent/],
  [['decisions', 'delete'], /no filter was given\n {2}hint: name a filter/],
])('wrong usage ends with 2 and says what to do: %j', async (args, told) => {
  await expect(run(launcher, args)).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(told) as string,
  })
})
