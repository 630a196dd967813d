import { type Checked, readDocuments, type Schema } from '@tocsin/document'
import { TocsinError, TocsinErrors } from '@tocsin/model'
import { readTextFile } from '../text-file.ts'
import { type ConfigFile, configSchema, type SectionSchemas } from './schema.ts'

/** Throws TocsinErrors with every mistake of the file, and CLI_FILE where it cannot be read. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const text = readTextFile(path, 'the configuration')
  const { values, errors } = await readAll(text, path)
  if (errors.length > 0)
    throw new TocsinErrors('CONFIG_BAD', `cannot read the configuration ${path}:`, errors)
  if (values.length > 1) {
    throw new TocsinError('CONFIG_BAD', `cannot read the configuration ${path}: it holds several documents`, {
      where: values[1]?.where ?? { file: path },
      hint: 'put everything into one document: remove the lines "---"',
    })
  }
  return values[0]?.value ?? {}
}

/**
 * Who owns a section is only loaded where the file has the section: most commands need none of them, and start sooner
 * without.
 */
async function readAll(text: string, path: string): Promise<Checked<ConfigFile>> {
  const asked = new Set<keyof SectionSchemas>()
  const ask = (section: keyof SectionSchemas): Schema<never> => {
    return (node) => {
      if (node) asked.add(section)
      return undefined
    }
  }
  const asking: SectionSchemas = { source: ask('source'), profile: ask('profile') }
  const first = readDocuments(text, path, configSchema(asking))
  if (asked.size === 0) return first
  const sections: SectionSchemas = {
    source: asked.has('source') ? await sourceSchema() : asking.source,
    profile: asked.has('profile') ? (await import('@tocsin/lapi/profile')).profileSchema : asking.profile,
  }
  return readDocuments(text, path, configSchema(sections))
}

async function sourceSchema(): Promise<SectionSchemas['source']> {
  const [{ acquisitionSchema }, { compileRegex }] = await Promise.all([
    import('@tocsin/agent'),
    import('@tocsin/regex'),
  ])
  return acquisitionSchema({ compilePattern: compileRegex })
}
