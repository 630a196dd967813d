/**
 * Holds the house to its plan: which package may import which (docs/ARCHITECTURE.md), only through doors that
 * package.json exports, and every import declared. Tests may use the testkit besides; exit code 1 names each breach.
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const allowed: Record<string, readonly string[]> = {
  model: [],
  regex: [],
  document: ['model'],
  expr: ['model', 'regex'],
  client: ['model'],
  engine: ['model', 'document', 'regex', 'expr'],
  lapi: ['model', 'document', 'regex', 'expr'],
  bouncer: ['model', 'client'],
  hub: ['model', 'document', 'regex', 'expr', 'engine'],
  agent: ['model', 'document', 'client', 'engine', 'hub'],
  cli: ['model', 'document', 'regex', 'expr', 'client', 'engine', 'lapi', 'bouncer', 'hub', 'agent'],
}

/** Tests of a package may build on the packages above it only where the table of the house says so. */
const testOnly: Record<string, readonly string[]> = {
  bouncer: ['lapi'],
  agent: ['lapi', 'regex', 'expr'],
  client: ['lapi'],
  lapi: ['client'],
}

const breaches: string[] = []
let files = 0
for (const path of globSync('packages/*/{src,test}/**/*.ts', { cwd: root })) {
  files++
  const [, name = ''] = path.split('/')
  if (name !== 'testkit') checkFile(name, path)
}
if (files === 0) breaches.push('no file was found: the check looks in the wrong place')
for (const breach of breaches) console.error(breach)
if (breaches.length > 0) process.exit(1)

function checkFile(name: string, path: string): void {
  const packages = allowed[name]
  if (!packages) {
    breaches.push(`${path}: package "${name}" has no row in scripts/check-imports.ts`)
    return
  }
  const isTest = path.includes('/test/') || path.endsWith('.test.ts')
  const text = readFileSync(join(root, path), 'utf8')
  for (const specifier of importsOf(text)) checkImport(name, path, specifier, isTest)
}

function checkImport(name: string, path: string, specifier: string, isTest: boolean): void {
  const target = targetPackage(path, specifier)
  if (target === undefined || target === name) return
  const relativePath = specifier.startsWith('.')
  if (isTest && (target === 'testkit' || testOnly[name]?.includes(target))) return
  if (!allowed[name]?.includes(target)) breaches.push(`${path}: ${name} must not import ${target}`)
  else if (relativePath) breaches.push(`${path}: import ${target} through its door, @tocsin/${target}`)
  else if (!isTest && !declares(name, target))
    breaches.push(`packages/${name}/package.json: @tocsin/${target} is imported and not declared`)
}

function targetPackage(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('@tocsin/')) return specifier.split('/')[1]
  if (!specifier.startsWith('.')) return undefined
  const [top, name] = relative(root, resolve(root, dirname(path), specifier)).split('/')
  return top === 'packages' ? name : undefined
}

function declares(name: string, target: string): boolean {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
    dependencies?: object
  }
  return Object.hasOwn(manifest.dependencies ?? {}, `@tocsin/${target}`)
}

function importsOf(text: string): string[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g,
  )
  return Array.from(found, (match) => match[1] ?? match[2] ?? match[3] ?? '')
}
