import type { BuildPlainCommand } from '../program.ts'
import { userAgent, version } from '../version.ts'

export const build: BuildPlainCommand = (command, output) => {
  command.action(() => {
    const { versions, platform, arch } = process
    const facts = {
      version,
      node: versions.node,
      sqlite: versions.sqlite ?? '',
      platform: `${platform}/${arch}`,
      userAgent,
    }
    const text = () =>
      Object.entries(facts)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join('')
    output().print({ json: () => facts, raw: text, human: text })
  })
}
