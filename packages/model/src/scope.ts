/** What an alert or a decision is about. Other texts are scopes too: scenarios may name their own. */
export type Scope = 'Ip' | 'Range' | 'Country' | 'AS' | (string & {})

const canonical: Record<string, Scope> = { ip: 'Ip', range: 'Range', country: 'Country', as: 'AS' }

/** The four known scopes in their usual spelling whatever their case; any other text as it is. */
export function normalizeScope(scope: string): Scope {
  const known = scope.toLowerCase()
  return Object.hasOwn(canonical, known) ? (canonical[known] ?? scope) : scope
}
