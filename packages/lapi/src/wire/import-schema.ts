import { type Static, Type } from 'typebox'
import { AlertBody, DecisionBody } from './alert-schema.ts'

const name = Type.String({ minLength: 1, maxLength: 255 })
const word = Type.String({ maxLength: 255 })
const time = Type.String({ maxLength: 64 })
/** Nothing is changed, and the answer says what would be. */
const rehearse = Type.Optional(Type.Boolean())

/** How much one request may bring. */
export const importLimits = { principals: 1_000, entries: 5_000, alerts: 500, decisions: 5_000 }

/** A bouncer with the SHA-512 of its key in lower-case hexadecimal; one of a certificate has none. */
export const ImportedBouncer = Type.Object({
  name,
  auth_type: Type.Union([Type.Literal('api-key'), Type.Literal('tls')]),
  key_hash: Type.Optional(Type.String({ pattern: '^[0-9a-f]{128}$' })),
  ip_address: word,
  type: word,
  version: word,
  auto_created: Type.Boolean(),
})

/** A machine with the bcrypt hash of its password; one of a certificate has none. */
export const ImportedMachine = Type.Object({
  machine_id: name,
  auth_type: Type.Union([Type.Literal('password'), Type.Literal('tls')]),
  password_hash: Type.Optional(Type.String({ pattern: '^\\$2[aby]\\$(0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}$' })),
  is_validated: Type.Boolean(),
  ip_address: word,
})

export const ImportedAllowlistItem = Type.Object({
  value: Type.String({ minLength: 1, maxLength: 64 }),
  comment: Type.String({ maxLength: 1024 }),
  created_at: Type.Optional(time),
  expires_at: Type.Optional(time),
})

/** An allowlist, or a part of its entries. */
export const ImportedAllowlist = Type.Object({
  name,
  description: Type.String({ maxLength: 1024 }),
  items: Type.Array(ImportedAllowlistItem, { maxItems: importLimits.entries }),
})

const { duration: _, ...decisionFields } = DecisionBody.properties

/** A decision that says when it ends, not how long it lasts. */
export const ImportedDecision = Type.Object({
  ...decisionFields,
  uuid: Type.Optional(Type.String({ maxLength: 64 })),
  until: time,
})

/** An alert as it was stored elsewhere. Nothing is decided about it again. */
export const ImportedAlert = Type.Object({
  ...AlertBody.properties,
  uuid: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
  created_at: time,
  machine_id: Type.Optional(word),
  decisions: Type.Array(ImportedDecision, { maxItems: importLimits.decisions }),
})

export const ImportBouncers = Type.Object({
  rehearse,
  bouncers: Type.Array(ImportedBouncer, { maxItems: importLimits.principals }),
})
export const ImportMachines = Type.Object({
  rehearse,
  machines: Type.Array(ImportedMachine, { maxItems: importLimits.principals }),
})
export const ImportAllowlists = Type.Object({
  rehearse,
  allowlists: Type.Array(ImportedAllowlist, { maxItems: importLimits.principals }),
})
export const ImportAlerts = Type.Object({
  rehearse,
  alerts: Type.Array(ImportedAlert, { maxItems: importLimits.alerts }),
})

export type ImportedBouncer = Static<typeof ImportedBouncer>
export type ImportedMachine = Static<typeof ImportedMachine>
export type ImportedAllowlist = Static<typeof ImportedAllowlist>
export type ImportedDecision = Static<typeof ImportedDecision>
export type ImportedAlert = Static<typeof ImportedAlert>

/** Something that was left out, and why. */
export interface SkippedImport {
  readonly name: string
  readonly reason: string
}

/** What became of one request. Of allowlists, their entries are counted. */
export interface ImportAnswer {
  readonly imported: number
  readonly present: number
  /** How many decisions came with the alerts; of those that are in force, how many. */
  readonly decisions?: number
  readonly active?: number
  readonly skipped: readonly SkippedImport[]
}
