import { Type } from 'typebox'

/** Parameters in paths, decoded. What they may be is for the routes to say. */
export const ByName = Type.Object({ name: Type.String() })
export const ById = Type.Object({ id: Type.String() })
export const ByAddress = Type.Object({ ip: Type.String() })
