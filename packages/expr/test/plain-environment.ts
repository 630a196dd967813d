import {
  createEnvironment,
  Duration,
  nilList,
  nilMap,
  parseTime,
  structType,
  structTypeOf,
  types,
} from '../src/index.ts'
import type { Environment, Scope, Time, Value } from '../src/index.ts'

// The environment that the recorded answers of the language itself were made in.

const fooType = structType('main.Foo', {
  fields: { Bar: { type: types.string, get: 'bar' } },
  methods: {
    String: { params: [], result: types.string, call: () => 'foo' },
    Qux: { params: [types.string], result: types.string, call: (self: Foo, s: string) => self.bar + s },
  },
})

class Foo {
  bar: string
  constructor(bar: string) {
    this.bar = bar
  }
}
Object.assign(Foo.prototype, { [structTypeOf]: fooType })

const addressType = structType('main.Address', {
  fields: {
    City: { type: types.string, get: 'city' },
    // A pointer to a string: nothing but nil makes it different from a string.
    Zip: { type: types.string, get: 'zip' },
  },
})

class Address {
  city: string
  zip: string
  constructor(city: string, zip: string) {
    this.city = city
    this.zip = zip
  }
}
Object.assign(Address.prototype, { [structTypeOf]: addressType })

const userType = structType('main.User', {
  fields: {
    Name: { type: types.string, get: 'name' },
    Age: { type: types.int, get: 'age' },
    Score: { type: types.float, get: 'score' },
    Admin: { type: types.bool, get: 'admin' },
    Tags: { type: types.array(types.string), get: 'tags' },
    Address: { type: () => types.pointer(addressType), get: 'address' },
    Boss: { type: () => types.pointer(userType), get: 'boss' },
    Meta: { type: types.map(types.string), get: 'meta' },
  },
})

class User {
  name = ''
  age = 0n
  score = 0
  admin = false
  tags: readonly Value[] = nilList
  address: Address | null = null
  boss: User | null = null
  meta: ReadonlyMap<Value, Value> = nilMap
  constructor(fields: Partial<User>) {
    Object.assign(this, fields)
  }
}
Object.assign(User.prototype, { [structTypeOf]: userType })

function time(text: string): Time {
  const parsed = parseTime('2006-01-02T15:04:05Z07:00', text)
  if (!parsed) throw new Error(`cannot read ${text}`)
  return parsed
}

const ints = types.array(types.int)
const variables = {
  ok: types.bool,
  no: types.bool,
  i: types.int,
  zero: types.int,
  neg: types.int,
  big: types.int64,
  max: types.int,
  f64: types.float,
  pi: types.float,
  nan: types.float,
  inf: types.float,
  e6: types.float,
  str: types.string,
  empty: types.string,
  uni: types.string,
  ip: types.string,
  multi: types.string,
  num: types.string,
  b64: types.string,
  js: types.string,
  array: ints,
  unsorted: ints,
  floats: types.array(types.float),
  strings: types.array(types.string),
  mixed: types.array(types.any),
  none: ints,
  any: types.nil,
  anymap: types.map(types.any),
  strmap: types.map(types.string),
  intmap: types.map(types.int),
  foo: types.struct(fooType),
  list: types.array(types.struct(fooType)),
  user: types.pointer(userType),
  users: types.array(types.pointer(userType)),
  t0: types.time,
  t1: types.time,
  dur: types.duration,
  add: types.func([types.int, types.int], types.int),
  greet: types.func([types.string], types.string),
  fail: types.func([], types.string),
}

export const plainEnvironment: Environment = createEnvironment({ variables })

function withDefault(missing: Value, entries: Record<string, Value>): ReadonlyMap<Value, Value> {
  return Object.assign(new Map<Value, Value>(Object.entries(entries)), { missing })
}

const json = '{"a":1,"b":[1,2.5,"x",null,true],"c":{"d":"e"}}'

export function plainScope(): Scope {
  const boss = new User({ name: 'Zoë', age: 51n, score: 9.5, admin: true, tags: [], meta: new Map() })
  const meta = new Map([['k', 'v']])
  const address = new Address('Paris', '75001')
  const user = new User({ name: 'Ann', age: 30n, score: 2.5, tags: ['x', 'y'], address, boss, meta })
  const anymap = new Map<string, unknown>([
    ['x', 1n],
    ['y', null],
    ['z', new Map([['k', 'v']])],
    ['list', [1n, 2n]],
  ])
  return {
    ok: true,
    no: false,
    i: 1n,
    zero: 0n,
    neg: -7n,
    big: 9007199254740993n,
    max: 9223372036854775807n,
    f64: 0.5,
    // oxlint-disable-next-line oxc/approx-constant -- the recorded environment has this value
    pi: 3.14159,
    nan: Number.NaN,
    inf: Infinity,
    e6: 1_000_000,
    str: 'str',
    empty: '',
    uni: 'Héllo, Wörld ☃',
    ip: '10.0.0.1',
    multi: 'a\nb\n\tc',
    num: '42',
    b64: 'aGVsbG8=',
    js: json,
    array: [1n, 2n, 3n, 4n, 5n],
    unsorted: [3n, -1n, 2n, 3n, 0n],
    floats: [1.5, -2.25, 1e6],
    strings: ['b', 'a', 'ç', 'B', ''],
    mixed: [1n, 'two', 3.5, null, true, [1n]],
    none: [],
    any: null,
    anymap,
    strmap: withDefault('', { a: '1', b: '' }),
    intmap: withDefault(0n, { one: 1n, two: 2n }),
    foo: new Foo('foo'),
    list: [new Foo('bar'), new Foo('baz')],
    user,
    users: [
      new User({ name: 'Ann', age: 30n, score: 2.5, tags: ['x'], meta }),
      boss,
      new User({ name: 'Bob', age: 30n, score: -1 }),
    ],
    t0: time('2024-03-10T12:34:56.789Z'),
    t1: time('2024-03-10T12:34:57+01:00'),
    dur: new Duration(90_000_000_000n),
    add: (a: bigint, b: bigint) => BigInt.asIntN(64, a + b),
    greet: (name: string) => `Hello, ${name}`,
    fail: () => {
      throw new Error('it always fails')
    },
  }
}
