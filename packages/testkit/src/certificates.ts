import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Authorities and certificates of openssl, in a temporary folder: `NAME.pem` and `NAME.key`. */
export class TestCertificates {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-certificates-'))

  /** Makes an authority of this name. */
  authority(name: string): void {
    this.#key(name)
    const subject = ['-subj', `/CN=${name}`, '-days', '2']
    this.#run('req', '-x509', '-new', '-key', `${name}.key`, ...subject, '-out', `${name}.pem`)
  }

  /** A certificate by an authority; `extensions` such as `subjectAltName=IP:127.0.0.1`. */
  issue(name: string, by: string, { subject = `/CN=${name}`, extensions = '' } = {}): void {
    this.#key(name)
    this.#run('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`)
    writeFileSync(this.path(`${name}.ext`), extensions)
    const signed = ['-in', `${name}.csr`, '-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial']
    this.#run('x509', '-req', ...signed, '-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.pem`)
  }

  path(file: string): string {
    return join(this.folder, file)
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8')
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #key(name: string): void {
    this.#run('ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', `${name}.key`)
  }

  #run(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' })
  }
}
