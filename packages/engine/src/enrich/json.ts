import type { EnrichMethod } from './method.ts'
export const unmarshalJsonMethod: EnrichMethod = { name: 'UnmarshalJSON', enrich: () => true }
