export { type ProfileSpec, profileSchema, readProfiles } from './profile/schema.ts'
export { openStore, type StoreOptions } from './store/open-store.ts'
export type { Store } from './store/store.ts'
