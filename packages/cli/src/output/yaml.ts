/**
 * A JSON value as a YAML document in block style, final newline. Undefined keys are left out. Texts (which attackers
 * may have written) stand plain where nothing about them is special, else in double quotes, in one line, with control
 * characters escaped.
 */
export function formatYaml(value: unknown): string {
  return isBlock(value) ? block(value, '') : `${scalar(value)}\n`
}

type Block = readonly unknown[] | Readonly<Record<string, unknown>>

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && entries(value as Block).length > 0
}

function entries(value: Block): [string | null, unknown][] {
  if (Array.isArray(value)) return value.map((item) => [null, item ?? null])
  return Object.entries(value).filter(([, item]) => item !== undefined)
}

function block(value: Block, indent: string): string {
  return entries(value)
    .map(([key, item]) => {
      const head = key === null ? '-' : `${text(key)}:`
      if (!isBlock(item)) return `${indent}${head} ${scalar(item)}\n`
      // What an item of a list holds begins beside its dash.
      if (key === null) return `${indent}- ${block(item, `${indent}  `).slice(indent.length + 2)}`
      return `${indent}${head}\n${block(item, `${indent}  `)}`
    })
    .join('')
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return '[]'
  if (typeof value === 'object' && value !== null) return '{}'
  return String(value)
}

/** Words that YAML 1.1 or 1.2 takes for something else than text. */
const notText = /^(?:true|false|yes|no|on|off|null|y|n)$/i
const plain = /^[A-Za-z/](?:[A-Za-z0-9_./@+-]|:(?=[^ ])| (?=[A-Za-z0-9_./@+(-]))*$/

function text(value: string): string {
  if (plain.test(value) && !notText.test(value)) return value
  // oxlint-disable-next-line no-control-regex -- what JSON leaves as it is and a terminal would obey
  return JSON.stringify(value).replaceAll(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
