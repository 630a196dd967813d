import type { FastifyInstance } from 'fastify'

/** Knows which paths exist whatever the method, to tell a wrong method from a wrong path. */
export class RoutePaths {
  readonly #patterns = new Set<string>()
  readonly #compiled: RegExp[] = []

  /** Collects every route that the instance gets from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', ({ url }) => {
      if (this.#patterns.has(url)) return
      this.#patterns.add(url)
      const segments = url.split('/').map((segment) => (segment.startsWith(':') ? '[^/]+' : escape(segment)))
      this.#compiled.push(new RegExp(`^${segments.join('/')}$`))
    })
  }

  has(path: string): boolean {
    return this.#compiled.some((pattern) => pattern.test(path))
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
