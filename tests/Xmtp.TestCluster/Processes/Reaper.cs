using System.Diagnostics;
using System.Globalization;

namespace Xmtp.TestCluster.Processes;

/// <summary>
/// Ends the nodes and removes their data when this process is gone, however it went: a shell that waits for the end of its
/// input, which the kernel closes with the process.
/// </summary>
internal sealed class Reaper : IDisposable
{
    // Input: +pid and -pid. At its end: kill what is left, stopped or not, and remove the directory.
    private const string Script = """
        trap '' INT TERM
        left=" "
        while read -r line; do
          case "$line" in
            +*) left="$left${line#+} " ;;
            -*) left=$(printf %s "$left" | sed "s/ ${line#-} / /") ;;
          esac
        done
        for pid in $left; do kill -9 "$pid" 2>/dev/null; done
        i=0
        while [ -d "$1" ] && [ $i -lt 50 ]; do rm -rf "$1" 2>/dev/null; i=$((i + 1)); [ -d "$1" ] && sleep 0.1; done
        """;

    private readonly Process _shell;
    private readonly Lock _lock = new();

    /// <param name="directory">Where all data is.</param>
    public Reaper(string directory) => _shell = Process.Start(new ProcessStartInfo("sh", ["-c", Script, "reaper", directory]) { RedirectStandardInput = true })!;

    public void Add(int process) => Write($"+{process.ToString(CultureInfo.InvariantCulture)}");

    public void Remove(int process) => Write($"-{process.ToString(CultureInfo.InvariantCulture)}");

    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private void Write(string line)
    {
        lock (_lock)
        {
            _shell.StandardInput.WriteLine(line);
            _shell.StandardInput.Flush();
        }
    }
}
