/** UTF-16 units of one expression's source. The longest of the public hub has some 20,000. */
export const maxSourceLength = 1_000_000

/** Nodes of one expression. The original stops at 10,000 by default and its rules lift that; ours is a safety net. */
export const maxNodes = 200_000

/** How deeply expressions nest before they are refused. */
export const maxDepth = 300

/** Elements that one run may put into ranges, lists and maps that it makes. */
export const memoryBudget = 1_000_000

/** UTF-16 units that one operation may make of a text. */
export const maxTextLength = 16 * 1024 * 1024

/** Programs that an environment keeps to hand out again for the same source, and how long such a source may be. */
export const sharedProgramCount = 10_000
export const sharedSourceLength = 4_000

/** Elements that one run may look at from within predicates: a loop in a loop must not take hours. */
export const workBudget = 20_000_000
