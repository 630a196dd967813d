import module from 'node:module'

/**
 * Finds our own modules without asking the file system about each: what a relative path to a .ts file means is known, and
 * a package of ours is the same one wherever it is imported. Node looks for package.json files and links on every import,
 * which took a tenth of a start.
 */
export function resolveOwnModules() {
  const packages = new Map()
  module.registerHooks({
    resolve(specifier, context, next) {
      const { parentURL } = context
      if (specifier.startsWith('.') && specifier.endsWith('.ts') && parentURL?.startsWith('file:')) {
        return { url: relativeUrl(specifier, parentURL), format: 'module-typescript', shortCircuit: true }
      }
      if (!specifier.startsWith('@tocsin/')) return next(specifier, context)
      const known = packages.get(specifier) ?? { ...next(specifier, context), shortCircuit: true }
      packages.set(specifier, known)
      return known
    },
  })
}

function relativeUrl(specifier, parentURL) {
  const beside = specifier.startsWith('./') && !specifier.includes('/.', 1)
  return beside
    ? parentURL.slice(0, parentURL.lastIndexOf('/') + 1) + specifier.slice(2)
    : new URL(specifier, parentURL).href
}
