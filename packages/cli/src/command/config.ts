import { formatTable } from '../output/table.ts'
import { type BuildCommand, examples } from '../program.ts'
import { shownSettings } from './config-view.ts'

export const build: BuildCommand = (command, context) => {
  command.addHelpText(
    'after',
    examples('tocsin config show', 'tocsin config show -c /etc/tocsin/tocsin.yaml -o json'),
  )
  command
    .command('show')
    .summary('print the effective configuration and where each value comes from')
    .description(
      'Print the effective configuration and where each value comes from. Passwords are not shown.',
    )
    .action(() => {
      const at = context()
      const settings = shownSettings(at.config)
      at.print({
        json: () => Object.fromEntries(settings.map(({ key, value, origin }) => [key, { value, origin }])),
        raw: () => settings.map(({ key, text }) => `${key}=${text}\n`).join(''),
        human: () =>
          formatTable(
            [{ title: 'KEY', isWhole: true }, { title: 'VALUE' }, { title: 'FROM' }],
            settings.map(({ key, text, origin }) => [key, text, origin]),
            at.terminal,
          ),
      })
    })
}
