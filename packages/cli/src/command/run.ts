import { startDaemon } from '../daemon.ts'
import { type BuildCommand, examples } from '../program.ts'
import { untilStopped } from '../signals.ts'

export const build: BuildCommand = (command, context) => {
  command
    .description(
      'Run everything that the configuration names, in one process. Without a configuration: the Local API and an ' +
        'agent that watches the log files found on this machine with the parsers and scenarios that Tocsin ships. ' +
        'Blocking is switched on with "enforce: nftables" in the configuration, or with "tocsin bouncer nftables".',
    )
    .addHelpText('after', examples('tocsin run', 'tocsin run -c /etc/tocsin/tocsin.yaml'))
    .action(async () => {
      const at = context()
      const logger = at.logger()
      const { config } = at
      logger.info(`starting with ${config.file ?? 'the embedded defaults'}, state in ${config.state.value}`)
      const stopped = untilStopped()
      const daemon = await startDaemon(config, logger)
      logger.info('tocsin is ready')
      try {
        const signal = await Promise.race([stopped, daemon.failed])
        logger.info(`stopping on ${signal}`)
      } finally {
        await daemon.stop()
      }
      logger.info('stopped')
    })
}
