import type { BuildCommand } from '../program.ts'
import { userAgent, version } from '../version.ts'

export const build: BuildCommand = (command, context) => {
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
    context().print({ json: () => facts, raw: text, human: text })
  })
}
