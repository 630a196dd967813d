import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { Json, StreamState } from '../journal/record.ts'

/** A file is known again by this many of its first bytes, or by as many as it has. */
const fingerprintBytes = 1024

/**
 * What tells one log file from another that has, or had, its name: the inode, and the first bytes, because inodes
 * are used again and `copytruncate` keeps them.
 */
export interface FileIdentity {
  /** Where the file was when it was last seen. */
  readonly path: string
  /** Device and inode number. */
  readonly inode: string
  /** How many first bytes the digest covers; 0 for a file that was empty. */
  readonly length: number
  readonly digest: string
}

export function inodeOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`
}

/** The first bytes of a file. */
export async function readFront(handle: FileHandle): Promise<Buffer> {
  return await readFrontOf(async (buffer, at) => (await handle.read(buffer, 0, buffer.length, at)).bytesRead)
}

/** The first bytes of a content; `read` fills a buffer from the place that is reached, and answers 0 at the end. */
export async function readFrontOf(read: (buffer: Buffer, at: number) => Promise<number>): Promise<Buffer> {
  const front = Buffer.alloc(fingerprintBytes)
  let length = 0
  while (length < front.length) {
    const more = await read(front.subarray(length), length)
    if (more === 0) break
    length += more
  }
  return front.subarray(0, length)
}

export function identify(path: string, inode: string, front: Buffer): FileIdentity {
  const known = front.subarray(0, fingerprintBytes)
  return { path, inode, length: known.length, digest: digestOf(known) }
}

/** Whether a file that begins so may be the one that is meant, or a copy of it. */
export function beginsAs(identity: FileIdentity, front: Buffer): boolean {
  return front.length >= identity.length && digestOf(front.subarray(0, identity.length)) === identity.digest
}

/** Whether more of the file's front could be known than is. */
export function isPartial(identity: FileIdentity): boolean {
  return identity.length < fingerprintBytes
}

export function identityToJson(identity: FileIdentity): Json {
  return { ...identity }
}

/** The identity that a stream of this kind carries; null if it carries none. */
export function identityOf(stream: StreamState): FileIdentity | null {
  const about = stream.about
  if (about === null || typeof about !== 'object' || Array.isArray(about)) return null
  const { path, inode, length, digest } = about as { readonly [key: string]: Json | undefined }
  const isWhole = typeof path === 'string' && typeof inode === 'string'
  if (!isWhole || typeof length !== 'number' || typeof digest !== 'string') return null
  return { path, inode, length, digest }
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
}
