import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, until } from '../../testkit/src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const program = 'openssl'

export interface Pair {
  readonly certificate: string
  readonly key: string
}

/** A certificate authority of openssl in a folder of its own, with revocation lists and a responder. */
export class TestAuthority {
  readonly folder = temporaryFolder()
  readonly ocspPort: number
  #responder: ChildProcess | undefined

  private constructor(ocspPort: number) {
    this.ocspPort = ocspPort
    writeFileSync(join(this.folder, 'index.txt'), '')
    writeFileSync(join(this.folder, 'index.txt.attr'), 'unique_subject = no\n')
    writeFileSync(join(this.folder, 'serial'), '8000000000000001\n')
    writeFileSync(join(this.folder, 'crlnumber'), '01\n')
    writeFileSync(join(this.folder, 'openssl.cnf'), configuration(this.folder, ocspPort))
    const subject = ['-subj', '/O=Test/CN=Test CA', '-days', '30', '-extensions', 'v3_ca']
    this.#run('req', '-x509', ...newKey('ca.key'), '-out', 'ca.pem', ...subject)
  }

  static async create(): Promise<TestAuthority> {
    return new TestAuthority(await freePort())
  }

  get certificate(): string {
    return this.#read('ca.pem')
  }

  get crlPath(): string {
    return join(this.folder, 'crl.pem')
  }

  /** A certificate of the authority. `extensions`: `server`, `client` or `client_with_responder`. */
  issue(name: string, subject: string, extensions = 'client', ...more: string[]): Pair {
    this.#run('req', '-new', ...newKey(`${name}.key`), '-out', `${name}.csr`, '-subj', subject)
    const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-notext', '-extensions', extensions]
    this.#run('ca', '-batch', ...files, ...(more.length > 0 ? more : ['-days', '10']))
    return { certificate: this.#read(`${name}.pem`), key: this.#read(`${name}.key`) }
  }

  revoke(name: string): void {
    this.#run('ca', '-revoke', `${name}.pem`)
  }

  writeCrl(): void {
    this.#run('ca', '-gencrl', '-out', 'crl.pem', '-crldays', '5')
  }

  async startResponder(): Promise<void> {
    const files = ['-index', 'index.txt', '-CA', 'ca.pem', '-rsigner', 'ca.pem', '-rkey', 'ca.key']
    const responder = spawn(program, ['ocsp', '-port', String(this.ocspPort), ...files, '-ndays', '1'], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [responder.stdout, responder.stderr]) {
      stream.on('data', (piece: Buffer) => (output += piece.toString()))
    }
    this.#responder = responder
    await until(
      () => /waiting for OCSP client/i.test(output),
      10_000,
      () => output,
    )
  }

  stopResponder(): void {
    this.#responder?.kill('SIGKILL')
  }

  #run(...args: string[]): void {
    const needsConfiguration = args[0] === 'ca' || args[0] === 'req'
    const configured = needsConfiguration ? [...args, '-config', 'openssl.cnf'] : args
    execFileSync(program, configured, { cwd: this.folder, stdio: 'pipe' })
  }

  #read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8')
  }
}

function newKey(file: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file]
}

function configuration(folder: string, ocspPort: number): string {
  return `
[req]
distinguished_name = dn
[dn]
[ca]
default_ca = own
[own]
dir = ${folder}
database = ${folder}/index.txt
new_certs_dir = ${folder}
serial = ${folder}/serial
crlnumber = ${folder}/crlnumber
certificate = ${folder}/ca.pem
private_key = ${folder}/ca.key
default_md = sha256
policy = any
copy_extensions = none
[any]
organizationName = optional
organizationalUnitName = optional
commonName = optional
[v3_ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign,digitalSignature
[server]
basicConstraints = CA:FALSE
subjectAltName = IP:127.0.0.1
extendedKeyUsage = serverAuth
[client]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
[client_with_responder]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
authorityInfoAccess = OCSP;URI:http://127.0.0.1:${ocspPort}/
`
}
