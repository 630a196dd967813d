import { Compile } from 'typebox/compile'
import { Pace } from '../pace.ts'
import { Refusal } from '../server/refusal.ts'
import { type Problem, refusalOf } from '../server/validation.ts'
import { AlertBody, DecisionBody, EventBody, type PostedAlert } from './alert-schema.ts'

const alertCheck = Compile(AlertBody)
const decisionCheck = Compile(DecisionBody)
const eventCheck = Compile(EventBody)

interface Check {
  Check(value: unknown): boolean
  Errors(value: unknown): Problem[]
}

/** Lists that are longer are checked one element after another. */
const shortList = 200
/** So many bad alerts are described; the sender of more has enough to begin with. */
const maxDescribed = 20

/** Checks posted alerts, however many, with others served in between. Throws a Refusal that says what is wrong. */
export async function checkAlerts(body: unknown): Promise<readonly PostedAlert[]> {
  if (!Array.isArray(body)) throw new Refusal(400, 'the body must be array')
  const pace = new Pace()
  const problems: Problem[] = []
  let bad = 0
  for (const [index, alert] of (body as readonly unknown[]).entries()) {
    const found = await problemsOf(alert, String(index), pace)
    for (const problem of found) problems.push(problem)
    if (found.length > 0 && ++bad >= maxDescribed) break
  }
  if (problems.length > 0) throw refusalOf(problems)
  return body as readonly PostedAlert[]
}

async function problemsOf(alert: unknown, at: string, pace: Pace): Promise<Problem[]> {
  await pace.breathe()
  const { decisions, events } = longLists(alert)
  if (!decisions && !events) return describe(alertCheck, alert, at)
  const short = {
    ...(alert as object),
    ...(decisions ? { decisions: [] } : {}),
    ...(events ? { events: [] } : {}),
  }
  const found = describe(alertCheck, short, at)
  if (found.length > 0) return found
  if (decisions) found.push(...(await firstProblem(decisionCheck, decisions, `${at}/decisions`, pace)))
  if (events) found.push(...(await firstProblem(eventCheck, events, `${at}/events`, pace)))
  return found
}

function longLists(alert: unknown): { decisions?: readonly unknown[]; events?: readonly unknown[] } {
  if (typeof alert !== 'object' || alert === null) return {}
  const long = (name: string) => {
    const list = (alert as Record<string, unknown>)[name]
    return Array.isArray(list) && list.length > shortList ? (list as readonly unknown[]) : undefined
  }
  const decisions = long('decisions')
  const events = long('events')
  return { ...(decisions ? { decisions } : {}), ...(events ? { events } : {}) }
}

async function firstProblem(
  check: Check,
  list: readonly unknown[],
  at: string,
  pace: Pace,
): Promise<Problem[]> {
  for (const [index, element] of list.entries()) {
    if (index % 100 === 0) await pace.breathe()
    const found = describe(check, element, `${at}/${index}`)
    if (found.length > 0) return found
  }
  return []
}

function describe(check: Check, value: unknown, at: string): Problem[] {
  if (check.Check(value)) return []
  return check.Errors(value).map((problem) => ({ ...problem, instancePath: `/${at}${problem.instancePath}` }))
}
