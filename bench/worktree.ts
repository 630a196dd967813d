import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Another commit of the project beside this checkout, ready to run. */
export interface Worktree {
  readonly root: string
  /** Whether it wants other versions of its dependencies than the installed ones, with which it runs. */
  readonly otherDependencies: boolean
  remove(): void
}

/**
 * Checks a commit out into a temporary folder. Its dependencies are the installed ones of `root`, its own packages are
 * its own, and its benches are those of `root`: the same measurements of both. Throws where git knows no such commit.
 */
export function addWorktree(root: string, commit: string): Worktree {
  const parent = mkdtempSync(join(tmpdir(), 'tocsin-base-'))
  const folder = join(parent, 'tocsin')
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', root, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  const remove = (): void => {
    rmSync(parent, { recursive: true, force: true })
    git('worktree', 'prune')
  }
  try {
    git('worktree', 'add', '--detach', folder, commit)
    rmSync(join(folder, 'bench'), { recursive: true, force: true })
    cpSync(join(root, 'bench'), join(folder, 'bench'), { recursive: true })
    linkModules(join(root, 'node_modules'), join(folder, 'node_modules'))
  } catch (error) {
    remove()
    throw error
  }
  const lock = (of: string) => readFileSync(join(of, 'package-lock.json'), 'utf8')
  return { root: folder, otherDependencies: lock(root) !== lock(folder), remove }
}

/** What comes from elsewhere is linked; links of workspaces are copied, so that they point into the new folder. */
function linkModules(from: string, to: string): void {
  const ours = ['@tocsin', '.bin']
  mkdirSync(to)
  for (const name of readdirSync(from)) {
    if (ours.includes(name))
      cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true })
    else symlinkSync(join(from, name), join(to, name))
  }
}
