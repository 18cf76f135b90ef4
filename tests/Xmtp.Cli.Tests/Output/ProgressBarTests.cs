using Microsoft.Extensions.Time.Testing;
using Xmtp.Cli.Output;

namespace Xmtp.Cli.Tests.Output;

public class ProgressBarTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _error = new();

    [Theory]
    [InlineData(0, 0, 0, 80, "0 entries")]
    [InlineData(50, 100, 10, 80, "[############............]  50%  50 of 100 entries  5.0/s  10 s left")]
    [InlineData(100, 100, 4, 80, "[########################] 100%  100 of 100 entries  25/s")]
    [InlineData(120, 100, 4, 80, "[########################] 100%  120 of 100 entries  30/s")]
    [InlineData(1, 100_000, 60, 100, "[........................]   0%  1 of 100000 entries  0.0/s  over an hour left")]
    [InlineData(250, 0, 10, 80, "250 entries  25/s")]
    [InlineData(50, 100, 10, 20, "[############......")]
    public void Line_DoneAndTotal_TellsShareRateAndRest(ulong done, ulong total, int seconds, int width, string expected) =>
        Assert.Equal(expected, ProgressBar.Line("entries", done, total, TimeSpan.FromSeconds(seconds), width));

    [Fact]
    public void Report_OftenInAMoment_IsDrawnOnceAndRemovedAtTheEnd()
    {
        var bar = new ProgressBar(_error, "entries", 10, _time, static () => 80);
        bar.Report(1);
        Assert.Empty(_error.ToString());
        _time.Advance(TimeSpan.FromSeconds(1));
        bar.Step();
        bar.Step();
        Assert.Equal("\r[####....................]  20%  2 of 10 entries  2.0/s  4 s left\u001b[K", _error.ToString());
        bar.Dispose();
        Assert.EndsWith("left\u001b[K\r\u001b[K", _error.ToString(), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(1));
        var before = _error.ToString();
        bar.Report(9);
        Assert.Equal(before, _error.ToString());
    }

    [Fact]
    public void Console_BarAndLine_DoNotMix()
    {
        using var output = new StringWriter();
        var console = new CliConsole(output, _error, json: false, colours: false, bars: true);
        using var bar = console.StartProgress("steps");
        console.Line("a result");
        console.Progress("a note");
        Assert.Equal("a note" + Environment.NewLine, _error.ToString());
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Console_JsonOrQuiet_HasNoBar(bool json, bool quiet)
    {
        var console = new CliConsole(TextWriter.Null, _error, json, colours: false, quiet, bars: true);
        using (var bar = console.StartProgress("steps", 2)) bar.Report(1);
        console.Progress("a note");
        Assert.Equal(quiet ? "" : "a note" + Environment.NewLine, _error.ToString());
    }
}
