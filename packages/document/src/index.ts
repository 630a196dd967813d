export { type Located, placeInText } from './located.ts'
export type { YamlNode } from './node.ts'
export {
  anything,
  bool,
  type Checked,
  type Infer,
  integer,
  list,
  located,
  mapOf,
  number,
  object,
  oneOf,
  readDocuments,
  refine,
  report,
  required,
  type Schema,
  text,
} from './schema.ts'
