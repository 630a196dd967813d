/** What a Local API can store in. */
export const databases = ['sqlite', 'postgresql', 'mysql'] as const

export type DatabaseName = (typeof databases)[number]
