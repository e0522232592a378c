/** Whose key the command sends: the key itself, or the file that holds it. */
export type KeySource = { readonly key: string } | { readonly file: string };

/** The same for a shell, where a variable may hold it too. */
export type ShellKeySource = KeySource | { readonly variable: string };

/** Of a model that Google has for whoever comes new, and as the file is named. */
const body = JSON.stringify({
  model: 'nano-banana',
  prompt: 'A cute baby sea otter',
  aspect_ratio: '1:1',
  output_format: 'png',
});

/** Draws a picture when pasted into any POSIX shell with curl; an answer without one is shown, and leaves no file. */
export function firstShellCommand(callUrl: string, source: ShellKeySource): string {
  return [
    `curl -sS ${callUrl}/v1/images/generations \\`,
    `  -H "Authorization: Bearer ${shellKey(source)}" -H "Content-Type: application/json" \\`,
    `  -d '${body}' \\`,
    `  | { answer=$(cat); case $answer in`,
    `  *'"b64_json":"'*) printf %s "$answer" | grep -o '"b64_json":"[^"]*"' | cut -d'"' -f4 | base64 -d > otter.png ;;`,
    `  ?*) printf '%s\\n' "$answer" >&2 ;; esac; }`,
  ].join('\n');
}

/** The same for PowerShell, where an error ends the line before a file is written. */
export function firstPowerShellCommand(callUrl: string, source: KeySource): string {
  const key =
    'key' in source ? `'Bearer ${source.key}'` : `"Bearer $(Get-Content ${powerShellQuoted(source.file)})"`;
  return [
    `$answer = Invoke-RestMethod ${callUrl}/v1/images/generations -Method Post -ErrorAction Stop \``,
    `  -Headers @{ Authorization = ${key} } -ContentType application/json \``,
    `  -Body '${body}'; \``,
    `[IO.File]::WriteAllBytes("$PWD/otter.png", [Convert]::FromBase64String($answer.data[0].b64_json))`,
  ].join('\n');
}

function shellKey(source: ShellKeySource): string {
  if ('key' in source) return source.key;
  return 'file' in source ? `$(cat ${shellQuoted(source.file)})` : `$${source.variable}`;
}

function shellQuoted(text: string): string {
  return /^[\w/.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function powerShellQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
