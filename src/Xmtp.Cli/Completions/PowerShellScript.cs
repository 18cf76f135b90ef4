using System.Text;

namespace Xmtp.Cli.Completions;

/// <summary>The script for PowerShell.</summary>
internal static class PowerShellScript
{
    public static string Of(CompletionWords words)
    {
        var script = new StringBuilder("""
            # PowerShell completion for xmtp. In $PROFILE:  xmtp completions powershell | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName xmtp -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)

            """.ReplaceLineEndings("\n"));
        script.Append("    $withValues = @(").AppendJoin(", ", words.WithValues.Select(static option => Quote(option.Name))).Append(")\n");
        script.Append("    $values = @{\n");
        foreach (var option in words.WithValues.Where(static option => option.Choices.Count > 0)) script.Append($"        {Quote(option.Name)} = @({string.Join(", ", option.Choices.Select(Quote))})\n");
        script.Append("    }\n    $offered = @{\n");
        foreach (var verb in words.Verbs)
            script.Append($"        {Quote(verb.Name)} = @({string.Join(", ", CompletionWords.WordsOf(verb).Select(static word => Quote(word.Word)).Concat(words.OptionsOf(verb).Select(static option => Quote(option.Name))))})\n");
        script.Append("""
                }
                $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
                $verb = ''
                for ($i = 0; $i -lt $typed.Count; $i++) {
                    if ($withValues -contains $typed[$i]) { $i++; continue }
                    $longer = "$verb $($typed[$i])".Trim()
                    if ($offered.ContainsKey($longer)) { $verb = $longer }
                }
                $words = $offered[$verb]
                if ($typed.Count -gt 0 -and $values.ContainsKey($typed[-1])) { $words = $values[$typed[-1]] }
                $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }

            """.ReplaceLineEndings("\n"));
        return script.ToString();
    }

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
