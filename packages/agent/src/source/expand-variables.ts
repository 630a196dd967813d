/**
 * Text with `$NAME` and `${NAME}` replaced by the variables of these names. A variable that is not there stays as it
 * is written, so that patterns with a dollar pass. Source: how CrowdSec expands its configuration files.
 */
export function expandVariables(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): string {
  return text.replaceAll(
    /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g,
    (written, braced: string | undefined, bare: string | undefined) =>
      variables[braced ?? bare ?? ''] ?? written,
  )
}
