/** Values of one figure: labels with the value that they have. */
export type Samples = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[]

/** One figure in the text format that Prometheus reads; nothing where it has no value. */
export function figure(name: string, type: 'counter' | 'gauge', help: string, samples: Samples): string {
  if (samples.length === 0) return ''
  const lines = samples.map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
