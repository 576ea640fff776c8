/** Works in Windows PowerShell 5.1 and in PowerShell 7. */
export const POWERSHELL = String.raw`# PowerShell completion of graph-overview
Register-ArgumentCompleter -Native -CommandName 'graph-overview', 'graph-overview.cmd', 'graph-overview.ps1' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  # In the environment, since PowerShell loses quotes and empty words in the arguments of a program.
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
  $before = $env:GRAPH_OVERVIEW_COMPLETE
  try {
    $env:GRAPH_OVERVIEW_COMPLETE = (@($words) + "$wordToComplete") -join ([string][char]10)
    $lines = @(& graph-overview __complete powershell 2>$null)
  } finally {
    $env:GRAPH_OVERVIEW_COMPLETE = $before
  }
  if ($lines.Count -eq 0) { return }
  if ($lines[0] -eq 'files') {
    # Without an answer PowerShell completes files itself, but not after a flag in the same word.
    if ($wordToComplete -match '^(--[\w-]+=)(.*)$') {
      $flag = $Matches[1]
      [System.Management.Automation.CompletionCompleters]::CompleteFilename($Matches[2]) | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($flag + $_.CompletionText, $_.ListItemText, $_.ResultType, $_.ToolTip)
      }
    }
    return
  }
  if ($lines.Count -eq 1) {
    # An empty answer prevents PowerShell from offering files.
    return ''
  }
  $lines | Select-Object -Skip 1 | ForEach-Object {
    $value, $description = $_ -split [char]9, 2
    if (-not $description) { $description = $value }
    # Quoted if it is not a plain word. PowerShell treats typographic quotes as quotes.
    $text = if ($value -match '[^\w./:=+-]') { "'" + ($value -replace "['\u2018-\u201b]", '$0$0') + "'" } else { $value }
    $type = if ($value.StartsWith('-')) { 'ParameterName' } else { 'ParameterValue' }
    [System.Management.Automation.CompletionResult]::new($text, $value, $type, $description)
  }
}
`;
