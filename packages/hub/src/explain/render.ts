import type { EventChange } from '@tocsin/engine'
import type { Value } from '@tocsin/expr'
import { show } from '../show.ts'
import type { LineExplanation, NodeExplanation, StageExplanation, Why } from './explain-lines.ts'

export interface RenderOptions {
  /** Also show every field that a parser created, changed or deleted. */
  readonly verbose?: boolean
  /** Leave out parsers that did not take the line. */
  readonly onlySuccessful?: boolean
  /** Leave out lines that reached the scenarios. */
  readonly failures?: boolean
}

/** The explanations as a tree for people, one block a line of the log. Source: the layout of cscli explain. */
export function renderExplanations(
  explanations: readonly LineExplanation[],
  options: RenderOptions = {},
): string {
  return explanations
    .filter(({ outcome }) => !options.failures || outcome !== 'parsed')
    .map((explanation) => `${renderLine(explanation, options).join('\n')}\n`)
    .join('\n')
}

function renderLine(explanation: LineExplanation, options: RenderOptions): string[] {
  const { scenarios, refused } = explanation
  const last = scenarios.length === 0 && refused.length === 0
  return [
    `line: ${explanation.line}`,
    ...explanation.stages.flatMap((stage) => renderStage(stage, options)),
    `\t${last ? '└' : '├'}-------- ${outcomeOf(explanation)}`,
    ...renderScenarios(scenarios),
    ...refused.flatMap(({ scenario, why }) => [`\t\t🔴 ${scenario}`, ...renderWhy(why, '\t\t\t')]),
  ]
}

function outcomeOf({ outcome, whitelistReason }: LineExplanation): string {
  if (outcome === 'unparsed') return 'parser failure 🔴'
  return outcome === 'parsed'
    ? 'parser success 🟢'
    : `parser success, ignored by whitelist (${whitelistReason}) 🟢`
}

function renderStage({ stage, nodes }: StageExplanation, options: RenderOptions): string[] {
  const shown = nodes.filter(({ success }) => success || !options.onlySuccessful)
  return [
    `\t├ ${stage}`,
    ...shown.flatMap((node, index) => renderNode(node, index === shown.length - 1 ? '└' : '├', options)),
  ]
}

function renderNode(node: NodeExplanation, branch: string, options: RenderOptions): string[] {
  if (!node.success) return [`\t|\t${branch} 🔴 ${node.node}`, ...renderWhy(node.why, '\t|\t|\t')]
  const head = `\t|\t${branch} 🟢 ${node.node} (${summary(node)})`
  if (!options.verbose) return [head]
  return [head, ...node.changes.map((change, index) => renderChange(change, index, node.changes.length))]
}

function summary({ changes, whitelisted }: NodeExplanation): string {
  const count = (kind: EventChange['change']) => changes.filter(({ change }) => change === kind).length
  const parts = [
    ['+', count('create')],
    ['~', count('update')],
    ['-', count('delete')],
  ] as const
  const shown = parts.filter(([, number]) => number > 0).map(([sign, number]) => `${sign}${number}`)
  if (whitelisted) shown.push('[whitelisted]')
  return shown.length === 0 ? 'unchanged' : shown.join(' ')
}

function renderChange({ change, path, before, after }: EventChange, index: number, count: number): string {
  const branch = index === count - 1 ? '└' : '├'
  const what = change === 'update' ? `${plain(before)} -> ${plain(after)}` : plain(after ?? before)
  return `\t|\t|\t${branch} ${change} evt.${path} : ${what}`
}

function renderScenarios(scenarios: readonly string[]): string[] {
  if (scenarios.length === 0) return []
  const lines = scenarios.map((name, index) => `\t\t${index === scenarios.length - 1 ? '└' : '├'} 🟢 ${name}`)
  return ['\t├ Scenarios', ...lines]
}

function renderWhy(why: readonly Why[], indent: string): string[] {
  return why.map(({ source, value }) =>
    value instanceof Error
      ? `${indent}${source} failed: ${value.message}`
      : `${indent}${source} is ${show(value)}`,
  )
}

function plain(value: Value): string {
  return typeof value === 'string' ? value : show(value)
}
