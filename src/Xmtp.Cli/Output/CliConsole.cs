using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Output;

/// <summary>
/// Where a command writes: plain lines for people or JSON lines for programs on standard output, everything about
/// progress and failure on standard error. Colours are used on a terminal only.
/// </summary>
public sealed class CliConsole
{
    private const int ColumnsByDefault = 80;

    private readonly TextWriter _out;
    private readonly TextWriter _error;
    private readonly bool _colours;
    private readonly bool _bars;
    private Action _hideBar = static () => { };

    /// <summary>Makes a console over two writers.</summary>
    /// <param name="output">Results.</param>
    /// <param name="error">Progress and failures.</param>
    /// <param name="json">Whether results are JSON lines.</param>
    /// <param name="colours">Whether <paramref name="output"/> is a terminal that shows colours.</param>
    /// <param name="quiet">Whether nothing is told but results and failures.</param>
    /// <param name="bars">Whether <paramref name="error"/> is a terminal on which a line can be drawn anew.</param>
    public CliConsole(TextWriter output, TextWriter error, bool json, bool colours, bool quiet = false, bool bars = false) =>
        (_out, _error, Json, _colours, Quiet, _bars) = (output, error, json, colours && !json, quiet, bars && !json && !quiet);

    /// <summary>Whether results are JSON lines.</summary>
    public bool Json { get; }

    /// <summary>Whether nothing is told but results and failures.</summary>
    public bool Quiet { get; }

    /// <summary>A console over the process's own streams.</summary>
    /// <param name="json">Whether results are JSON lines.</param>
    /// <param name="quiet">Whether nothing is told but results and failures.</param>
    public static CliConsole ForProcess(bool json, bool quiet = false)
    {
        var isPlain = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } || Environment.GetEnvironmentVariable("TERM") == "dumb";
        return new CliConsole(StandardOutput.Open(), Console.Error, json, colours: !isPlain && !Console.IsOutputRedirected, quiet, bars: !isPlain && !Console.IsErrorRedirected);
    }

    /// <summary>Begins to show how far long work has come, where a person can see it. There is one at a time.</summary>
    /// <param name="what">What is counted.</param>
    /// <param name="total">How many there will be; 0 when nobody knows.</param>
    internal ProgressBar StartProgress(string what, ulong total = 0)
    {
        var bar = new ProgressBar(_bars ? _error : null, what, total, TimeProvider.System, Columns);
        _hideBar = bar.Hide;
        return bar;
    }

    /// <summary>Writes one result: its JSON form, or the line made for people.</summary>
    public void Result<T>(T value, JsonTypeInfo<T> type, Func<T, string> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write((Json ? JsonSerializer.Serialize(value, type) : text(value)) + _out.NewLine);
    }

    /// <summary>Writes a line for people only; nothing in JSON form.</summary>
    public void Line(string text = "")
    {
        if (!Json) Write(text + _out.NewLine);
    }

    /// <summary>Writes text as it stands, for a form that is neither for people nor JSON.</summary>
    public void Raw(string text) => Write(text);

    /// <summary>Tells what is going on, apart from the results.</summary>
    public void Progress(string text)
    {
        if (Quiet) return;
        _hideBar();
        _error.WriteLine(text);
    }

    /// <summary>Tells of a failure and gives its exit code.</summary>
    /// <param name="code">What kind.</param>
    /// <param name="message">What was wrong. It may hold what a node or a peer said.</param>
    /// <param name="advice">What to do; that of <paramref name="code"/> when null.</param>
    public int Failure(ErrorCode code, string message, string? advice = null)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(message);
        advice ??= code.Advice;
        _hideBar();
        if (Json)
        {
            _error.WriteLine(JsonSerializer.Serialize(
                new ErrorOutput(code.Id, message, advice, code.Retryable), CliJson.Default.ErrorOutput));
        }
        else
        {
            _error.WriteLine($"xmtp: {Printable(message)}");
            _error.WriteLine($"      {advice} ({code.Id})");
        }

        return ExitCode.Of(code);
    }

    /// <summary>Bright on a terminal, unchanged elsewhere.</summary>
    public string Bold(string text) => Style("1", text);

    /// <summary>Faint on a terminal, unchanged elsewhere.</summary>
    public string Faint(string text) => Style("2", text);

    /// <summary>Green on a terminal, unchanged elsewhere.</summary>
    public string Green(string text) => Style("32", text);

    /// <summary>Yellow on a terminal, unchanged elsewhere.</summary>
    public string Yellow(string text) => Style("33", text);

    /// <summary>Red on a terminal, unchanged elsewhere.</summary>
    public string Red(string text) => Style("31", text);

    /// <summary>Text of others must not drive the terminal: control characters other than line breaks and tabs are shown as U+FFFD.</summary>
    public static string Printable(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) && source[i] is not ('\n' or '\t') ? '\ufffd' : source[i];
        });
    }

    private static int Columns()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : ColumnsByDefault;
        }
        catch (IOException)
        {
            return ColumnsByDefault;
        }
    }

    private void Write(string text)
    {
        _hideBar();
        try
        {
            _out.Write(text);
            _out.Flush();
        }
        catch (IOException failure) when (PipeClosedException.Explains(failure))
        {
            throw new PipeClosedException(failure);
        }
    }

    private string Style(string code, string text) => _colours ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
