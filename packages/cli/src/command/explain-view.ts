import type { LineExplanation, NodeExplanation, Why } from '@tocsin/hub'
import { printable } from '../output/table.ts'

export interface ExplainView {
  /** Show every change. */
  readonly verbose: boolean
  /** Leave out parsers that did not take the line. */
  readonly onlySuccessful: boolean
  /** Say which part of a filter was false. */
  readonly why: boolean
}

/** The tree of one line, as cscli draws it, with the reasons of refusals where they were asked for. */
export function formatExplanation(explanation: LineExplanation, view: ExplainView): string {
  const { line, stages, outcome, scenarios, refused } = explanation
  const rows = [`line: ${printable(line)}`]
  for (const { stage, nodes } of stages) {
    rows.push(`\t├ ${stage}`)
    const shown = nodes.filter(({ success }) => success || !view.onlySuccessful)
    shown.forEach((node, index) => rows.push(...nodeRows(node, index === shown.length - 1, view)))
  }
  rows.push(outcomeRow(explanation))
  if (outcome === 'parsed') {
    rows.push('\t├ Scenarios')
    scenarios.forEach((name, index) => rows.push(`\t\t${branch(index === scenarios.length - 1)} 🟢 ${name}`))
    if (scenarios.length === 0) rows.push('\t\t└ none')
    if (view.why) rows.push(...refused.map(({ scenario, why }) => `\t\t  🔴 ${scenario}${whyText(why)}`))
  }
  return `${rows.join('\n')}\n`
}

function nodeRows(node: NodeExplanation, isLast: boolean, view: ExplainView): string[] {
  const mark = node.success ? '🟢' : '🔴'
  const summary = node.success ? ` (${changeCounts(node)})` : ''
  const why = view.why && !node.success ? whyText(node.why) : ''
  const rows = [`\t|\t${branch(isLast)} ${mark} ${node.node}${summary}${why}`]
  if (!view.verbose || !node.success) return rows
  const changes = node.changes.map(({ change, path, before, after }) => {
    const values =
      change === 'create'
        ? valueText(after)
        : change === 'delete'
          ? valueText(before)
          : `${valueText(before)} -> ${valueText(after)}`
    return `\t|\t${isLast ? ' ' : '|'}\t└ ${change} evt.${printable(path)} : ${values}`
  })
  return [...rows, ...changes]
}

/** `+3 ~1`, or `unchanged`. */
function changeCounts({ changes, whitelisted }: NodeExplanation): string {
  const marks = { create: '+', update: '~', delete: '-' } as const
  const counts = (['create', 'update', 'delete'] as const).flatMap((kind) => {
    const count = changes.filter(({ change }) => change === kind).length
    return count === 0 ? [] : [`${marks[kind]}${count}`]
  })
  const words = whitelisted ? [...counts, '[whitelisted]'] : counts
  return words.length === 0 ? 'unchanged' : words.join(' ')
}

function outcomeRow({ outcome, whitelistReason }: LineExplanation): string {
  if (outcome === 'unparsed') return '\t└-------- parser failure 🔴'
  if (outcome === 'whitelisted')
    return `\t└-------- parser success, ignored by whitelist (${printable(whitelistReason)}) 🟢`
  return '\t├-------- parser success 🟢'
}

function whyText(why: readonly Why[]): string {
  const parts = why.map(
    ({ source, value }) =>
      `${printable(source)} was ${value instanceof Error ? `an error: ${printable(value.message)}` : valueText(value)}`,
  )
  return parts.length === 0 ? '' : `  because ${parts.join(' and ')}`
}

/** A value of an expression as JSON-like text. */
function valueText(value: unknown): string {
  return printable(JSON.stringify(plainValue(value)) ?? 'null')
}

/** A value of an expression as plain JSON: maps as objects, 64-bit integers as numbers where they fit. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Map)
    return Object.fromEntries(Array.from(value, ([key, item]) => [String(key), plainValue(item)]))
  if (Array.isArray(value)) return value.map(plainValue)
  if (value instanceof Error) return { error: value.message }
  return value
}

/** The explanation as `-o json` prints it. */
export function explanationJson(explanation: LineExplanation): unknown {
  const why = (parts: readonly Why[]) =>
    parts.map(({ source, value }) => ({ source, value: plainValue(value) }))
  return {
    ...explanation,
    stages: explanation.stages.map(({ stage, nodes }) => ({
      stage,
      nodes: nodes.map((node) => ({
        ...node,
        changes: node.changes.map((change) => ({
          ...change,
          before: plainValue(change.before),
          after: plainValue(change.after),
        })),
        why: why(node.why),
      })),
    })),
    refused: explanation.refused.map(({ scenario, why: parts }) => ({ scenario, why: why(parts) })),
  }
}

function branch(isLast: boolean): string {
  return isLast ? '└' : '├'
}
