/** CSV with a header line, fields quoted where they must be, `\n` line ends. */
export function formatCsv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('')
}

function field(text: string): string {
  return /[",\r\n]/.test(text) || text.startsWith(' ') ? `"${text.replaceAll('"', '""')}"` : text
}

/** The rows of CSV text, the header among them; quotes and line ends inside quotes are honoured, empty lines left out. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let value = ''
  let quoted = false
  const endRow = () => {
    row.push(value)
    if (row.length > 1 || value !== '') rows.push(row)
    ;[row, value] = [[], '']
  }
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? ''
    if (quoted) {
      if (character !== '"') value += character
      else if (text[i + 1] === '"') value += text[++i] ?? ''
      else quoted = false
    } else if (character === '"' && value === '') quoted = true
    else if (character === ',') {
      row.push(value)
      value = ''
    } else if (character === '\n') endRow()
    else if (character !== '\r') value += character
  }
  endRow()
  return rows
}
