import { TocsinError } from '@tocsin/model'

interface Known {
  pattern: RegExp
  code: string
  reason: string
  hint: string
}

/** What `nft` and `ip` print in the cases that their caller can do something about. */
const known: readonly Known[] = [
  {
    pattern: /Cannot open network namespace/,
    code: 'NFT_NO_NAMESPACE',
    reason: 'there is no such network namespace',
    hint: '`ip netns list` shows which there are',
  },
  {
    pattern: /exec of ".*" failed: No such file or directory/,
    code: 'NFT_MISSING',
    reason: 'the program nft is not installed',
    hint: 'apt-get install nftables',
  },
  {
    pattern: /Operation not permitted|Permission denied|must be root/,
    code: 'NFT_FORBIDDEN',
    reason: 'the process may not change the packet filter',
    hint: 'run as root, or give the process CAP_NET_ADMIN (systemd: AmbientCapabilities=CAP_NET_ADMIN)',
  },
  {
    pattern: /Protocol not supported|Address family not supported|Unable to initialize Netlink socket/,
    code: 'NFT_UNSUPPORTED',
    reason: 'the kernel has no nf_tables',
    hint: 'load it with `modprobe nf_tables`, or use a kernel built with CONFIG_NF_TABLES',
  },
  {
    pattern: /JSON support not compiled/,
    code: 'NFT_UNSUPPORTED',
    reason: 'this nft was built without JSON',
    hint: 'install the nft of your distribution: apt-get install nftables',
  },
  {
    pattern: /Message too long|No buffer space available/,
    code: 'NFT_TOO_LONG',
    reason: 'the transaction is longer than this kernel takes from this process',
    hint: 'raise net.core.wmem_default, or give the process CAP_NET_ADMIN outside of a user namespace',
  },
  {
    pattern: /No such file or directory/,
    code: 'NFT_NOT_FOUND',
    reason: 'a table, set or element is not there',
    hint: 'look at `nft list ruleset`: another program may have changed it',
  },
]

/** The error for a run of nft that ended with this text. `verb` completes "cannot ...". */
export function nftFailure(verb: string, stderr: string, exit: string): TocsinError {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const excerpt = lines
    .slice(0, 6)
    .map((line) => line.slice(0, 200))
    .join('\n')
  const cause = lines.length === 0 ? undefined : new Error(excerpt)
  for (const { pattern, code, reason, hint } of known) {
    if (pattern.test(stderr)) return new TocsinError(code, `cannot ${verb}: ${reason}`, { hint, cause })
  }
  const reason = lines[0]?.slice(0, 200) ?? exit
  return new TocsinError('NFT_FAILED', `cannot ${verb}: nft says "${reason}"`, { excerpt, cause })
}

/** The error for a program that could not be started. */
export function spawnFailure(verb: string, program: string, cause: NodeJS.ErrnoException): TocsinError {
  if (cause.code !== 'ENOENT') {
    const code = cause.code === 'EACCES' ? 'NFT_FORBIDDEN' : 'NFT_FAILED'
    return new TocsinError(code, `cannot ${verb}: ${program} cannot be started (${cause.message})`, { cause })
  }
  const debianPackage = program.endsWith('ip') ? 'iproute2' : 'nftables'
  return new TocsinError('NFT_MISSING', `cannot ${verb}: the program ${program} is not installed`, {
    hint: `apt-get install ${debianPackage}`,
    cause,
  })
}
