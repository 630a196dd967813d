import type { NftablesBouncerStats } from '@tocsin/bouncer/nftables'
import { figure } from './prometheus-text.ts'

/** How the firewall bouncer is doing, for Prometheus. */
export function bouncerFigures({
  decisions,
  stream,
  enforcement,
  dropped,
  error,
}: NftablesBouncerStats): string {
  const { addresses4, addresses6, ranges4, ranges6, leftOut } = decisions
  const by = (label: string, counts: object) =>
    Object.entries(counts as Record<string, number>).map(([key, count]) => [{ [label]: key }, count] as const)
  return [
    figure(
      'tocsin_bouncer_blocks',
      'gauge',
      'Addresses and ranges that are enforced on',
      by('kind', { addresses4, addresses6, ranges4, ranges6 }),
    ),
    figure(
      'tocsin_bouncer_left_out_decisions_total',
      'counter',
      'Decisions that are not held, by why',
      by('reason', leftOut),
    ),
    figure('tocsin_bouncer_dropped_packets_total', 'counter', 'Packets dropped', [[{}, dropped.packets]]),
    figure('tocsin_bouncer_dropped_bytes_total', 'counter', 'Bytes dropped', [[{}, dropped.bytes]]),
    figure(
      'tocsin_bouncer_enforcement_total',
      'counter',
      'What was done in the kernel',
      by('what', enforcement),
    ),
    figure('tocsin_bouncer_stream_failures_total', 'counter', 'Times that the Local API was not heard', [
      [{}, stream.failures],
    ]),
    figure('tocsin_bouncer_current', 'gauge', 'Whether the kernel holds what the Local API says', [
      [{}, stream.state === 'current' && error === null ? 1 : 0],
    ]),
  ].join('')
}
