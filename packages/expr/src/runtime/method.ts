import { Duration } from '../go/duration.ts'
import { formatTime } from '../go/layout-format.ts'
import { loadLocation, utc } from '../go/location.ts'
import { Month, Time, Weekday, Zone } from '../go/time.ts'
import { type Method, structOf } from '../type/struct-type.ts'
import { type FuncType, type Type, types } from '../type/type.ts'
import type { Value } from '../value.ts'

type Methods = ReadonlyMap<string, Method>

interface Spec<Self> {
  [name: string]: readonly [
    params: readonly Type[],
    result: Type,
    call: (self: Self, ...args: never[]) => Value,
  ]
}

function methods<Self>(spec: Spec<Self>): Methods {
  return new Map(
    Object.entries(spec).map(([name, [params, result, call]]) => {
      const type: FuncType = { kind: 'func', params, result, variadic: false }
      return [name, { name, type, call: call as unknown as Method['call'] }]
    }),
  )
}

const { int, int64, float, string, bool, time, duration, month, weekday, location } = types
const millionNs = 1_000_000n

const timeMethods = methods<Time>({
  Add: [[duration], time, (self, span: Duration) => self.add(span)],
  AddDate: [
    [int, int, int],
    time,
    (self, years: bigint, months: bigint, days: bigint) =>
      self.addDate(Number(years), Number(months), Number(days)),
  ],
  After: [[time], bool, (self, other: Time) => self.compare(other) > 0],
  Before: [[time], bool, (self, other: Time) => self.compare(other) < 0],
  Compare: [[time], int, (self, other: Time) => BigInt(Math.sign(self.compare(other)))],
  Day: [[], int, (self) => BigInt(self.face().day)],
  Equal: [[time], bool, (self, other: Time) => self.compare(other) === 0],
  Format: [[string], string, (self, layout: string) => formatTime(self, layout)],
  Hour: [[], int, (self) => BigInt(self.face().hour)],
  In: [[location], time, (self, zone: Zone) => self.in(zone.location)],
  IsZero: [[], bool, (self) => self.isZero()],
  Local: [[], time, (self) => self.in(loadLocation('Local') ?? utc)],
  Location: [[], location, (self) => new Zone(self.location)],
  Minute: [[], int, (self) => BigInt(self.face().minute)],
  Month: [[], month, (self) => new Month(self.face().month)],
  Nanosecond: [[], int, (self) => BigInt(self.nanoseconds)],
  Round: [[duration], time, (self, step: Duration) => self.round(step)],
  Second: [[], int, (self) => BigInt(self.face().second)],
  String: [[], string, (self) => self.toString()],
  Sub: [[time], duration, (self, other: Time) => self.sub(other)],
  Truncate: [[duration], time, (self, step: Duration) => self.truncate(step)],
  UTC: [[], time, (self) => self.in(utc)],
  Unix: [[], int64, (self) => BigInt(self.seconds)],
  UnixMicro: [[], int64, (self) => floorDivide(self.ns, 1000n)],
  UnixMilli: [[], int64, (self) => floorDivide(self.ns, millionNs)],
  UnixNano: [[], int64, (self) => BigInt.asIntN(64, self.ns)],
  Weekday: [[], weekday, (self) => new Weekday(self.face().weekday)],
  Year: [[], int, (self) => BigInt(self.face().year)],
  YearDay: [[], int, (self) => BigInt(self.face().yearDay)],
})

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a % b < 0n ? quotient - 1n : quotient
}

const durationMethods = methods<Duration>({
  Abs: [[], duration, (self) => Duration.clamped(self.ns < 0n ? -self.ns : self.ns)],
  Hours: [[], float, (self) => self.in(3_600_000_000_000n)],
  Microseconds: [[], int64, (self) => self.ns / 1000n],
  Milliseconds: [[], int64, (self) => self.ns / millionNs],
  Minutes: [[], float, (self) => self.in(60_000_000_000n)],
  Nanoseconds: [[], int64, (self) => self.ns],
  Round: [[duration], duration, (self, step: Duration) => self.round(step)],
  Seconds: [[], float, (self) => self.in(1_000_000_000n)],
  String: [[], string, (self) => self.toString()],
  Truncate: [[duration], duration, (self, step: Duration) => self.truncate(step)],
})

const named = methods<Month | Weekday | Zone>({ String: [[], string, (self) => self.toString()] })

/** The methods of values of a static type, or undefined where it has none. */
export function methodsOf(type: Type): Methods | undefined {
  switch (type.kind) {
    case 'time':
      return timeMethods
    case 'duration':
      return durationMethods
    case 'month':
    case 'weekday':
    case 'location':
      return named
    case 'struct':
      return type.struct.methods
    default:
      return undefined
  }
}

/** The methods of a value, or undefined where it has none. */
export function methodsOfValue(value: Value): Methods | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (value instanceof Time) return timeMethods
  if (value instanceof Duration) return durationMethods
  if (value instanceof Month || value instanceof Weekday || value instanceof Zone) return named
  return structOf(value)?.methods
}
