/** An array with the same numbers and room for half as many more. */
export function grown<Numbers extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(
  numbers: Numbers,
  width: number,
): Numbers {
  const rows = numbers.length / width
  const length = (rows + Math.ceil(rows / 2)) * width
  const larger = (
    numbers instanceof Int32Array ? new Int32Array(length) : new Float64Array(length)
  ) as Numbers
  larger.set(numbers)
  return larger
}

/** Puts a value at a place of a list, which gets null at the places before it that it does not have: a list has no holes. */
export function putAt<Value>(list: (Value | null)[], at: number, value: Value): void {
  while (list.length < at) list.push(null)
  list[at] = value
}
